"""The agreed definition of a marketing qualified lead: its language, loader, linter and wording."""

from qualification.criteria.loading import Criteria, load_criteria
from qualification.criteria.problems import CriteriaError, Problem
from qualification.criteria.schema import criteria_json_schema

__all__ = ["Criteria", "CriteriaError", "Problem", "criteria_json_schema", "load_criteria"]
