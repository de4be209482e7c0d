"""Fieldwork of the buyer: spot checks, inspections, complaints, satisfaction surveys.

What they find becomes findings and entries of the buyer's ledgers; the sheet shows them at the item they concern.
"""
