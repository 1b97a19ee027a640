"""Do the single case, the kernel in NumPy and Numba, the SQL and Spark give every patient the same? Compare them on generated cases.

The cases are whole patients with holes, some with facts of another patient mixed in so that they clash. On each the verdict of
every option, what it could be, whether that is certain, and (but for Spark) the answer of every criterion have to be equal; over
the cases the yes, no and unknown of each criterion have to be everybody. Run it with `make parity`; continuous integration runs
50,000.
"""
