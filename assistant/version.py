"""The version of this package, in a file that the build reads without importing anything else."""

__version__ = "0.1.0"
