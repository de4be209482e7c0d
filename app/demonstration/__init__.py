"""The demonstration: five contracts with a year of work, made through the services as people would make it.

Nothing is inserted as a result: entries are read, kept, verified and returned by the same use cases as in
the pages, each by the person whose work it is, at the time at which it happened.
"""
