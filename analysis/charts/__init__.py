"""Pictures of published figures: one look, drawn point by point so that labels cannot overlap, each with its words."""

from analysis.charts.chart import Chart

__all__ = ["Chart"]
