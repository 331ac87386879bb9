"""nbgrader's settings for this course; nbgrader reads them in the folder that it is started in."""

c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.course_id = "composing-music"
# what a student finds in place of a solution, and reads when it is called
c.ClearSolutions.code_stub = {
    "python": '# YOUR CODE HERE\nraise NotImplementedError("this function is yours to write")'
}
# seconds for one cell: the slowest takes about one; an endless loop ends here, and the other cells are graded
c.Execute.timeout = 60
