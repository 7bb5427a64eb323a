"""Figures as files: tables with typed cells, written as CSV or XLSX."""
