"""Estimates and their uncertainty: plain functions on plain numbers, each with the source of its formula."""

from analysis.intervals.comparisons import Trend, benjamini_hochberg, holm, newcombe, trend
from analysis.intervals.indirect import crosswise, crosswise_corrected, forced_response, list_experiment
from analysis.intervals.means import bootstrap_mean, net_promoter, relative_improvement, student_mean, umux_lite
from analysis.intervals.shares import (
    Stratum,
    hypergeometric,
    sample_for_precision,
    share_interval,
    stratified,
    wilson,
)
from analysis.intervals.silence import frechet_bounds, least_count, nonresponse_bounds, tipping_point
from analysis.results import Estimate, Interval, NoEvidenceError

__all__ = [
    "Estimate",
    "Interval",
    "NoEvidenceError",
    "Stratum",
    "Trend",
    "benjamini_hochberg",
    "bootstrap_mean",
    "crosswise",
    "crosswise_corrected",
    "forced_response",
    "frechet_bounds",
    "holm",
    "hypergeometric",
    "least_count",
    "list_experiment",
    "net_promoter",
    "newcombe",
    "nonresponse_bounds",
    "relative_improvement",
    "sample_for_precision",
    "share_interval",
    "stratified",
    "student_mean",
    "tipping_point",
    "trend",
    "umux_lite",
    "wilson",
]
