"""Estimates that need fits, heat or voxels: one module a treatment, arrays in, estimates out; never loaded by a plan."""
