"""``python grade_worker.py COURSE ASSIGNMENT``: autograde all that was submitted, and print the points as JSON.

A process of its own, since nbgrader and its database warn, and here a warning is an error.
"""

import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import assignments


def grade(course: Path, name: str) -> dict:
    """student -> cell -> points; ``"waits"`` for a cell that a person has to grade."""
    from nbgrader.api import Gradebook

    api, points = assignments.open_course(course), {}
    for student in sorted(folder.name for folder in (course / "submitted").iterdir()):
        told = api.autograde(name, student, force=True, create=True)
        if not told["success"]:
            raise RuntimeError(f"{name}, {student}: {told['log']}\n{told['error']}")
    with Gradebook(api.coursedir.db_url, api.course_id) as book:
        for submission in book.assignment_submissions(name):
            (notebook,) = submission.notebooks
            points[submission.student.id] = {
                cell.name: "waits" if cell.needs_manual_grade else cell.auto_score
                for cell in notebook.grades
            }
    return points


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of nbgrader's own database code
    print(json.dumps(grade(Path(sys.argv[1]), sys.argv[2])), file=sys.__stdout__)
