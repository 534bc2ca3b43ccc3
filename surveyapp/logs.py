"""What is logged, and how: events with counts, one JSON object a line, on standard error."""

import logging
import sys

import structlog


def configure(*, quiet: bool) -> None:
    """Log everything from here on, or, if *quiet*, what needs attention only."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
