"""Voxel dose on DICOM images, for research only: reading, grids, local deposition, kernel convolution, histograms, export.

Reading and writing images needs `pip install 'islet[imaging]'`; the arithmetic needs NumPy and SciPy alone.
"""
