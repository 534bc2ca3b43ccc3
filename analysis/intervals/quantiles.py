"""Two-sided quantiles of the normal and of Student's distribution (SciPy, imported when used)."""


def normal(confidence: float) -> float:
    """Return how many standard errors cover *confidence* of a normal distribution."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def student(freedom: float, confidence: float) -> float:
    """Return how many standard errors cover *confidence* of Student's t; normal for endless *freedom*."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))
