"""结算: from the signed score to the payment.

What is payable is computed by the engine from a signed capsule and from nothing else; a statement of it is never changed.
Every act on the way has a key that came with its form and takes its turn at the contract: it has one effect.
"""
