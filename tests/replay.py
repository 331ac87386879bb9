"""nbval without a kernel: a chapter's cells say again what they said when the book was built.

The book executes each chapter once, with papermill. Here nbval's own file and cells compare what is stored in a chapter
with that execution; only the kernel is another, so the verdict is the one that nbval would give of the same outputs.
"""

import nbformat
from nbval.plugin import IPyNbFile

MESSAGE_ID = "replayed"


class Replay:
    """Stands where nbval has a kernel (``nbval.kernel.RunningKernel``), and answers from an executed notebook."""

    def __init__(self, executed):
        notebook = nbformat.read(executed, as_version=4)
        self.cells = iter([c for c in notebook.cells if c.cell_type == "code"])
        self.messages = []

    def is_alive(self) -> bool:
        return True

    def stop(self) -> None:
        self.messages.clear()

    def execute_cell_input(self, source: str, allow_stdin=None) -> str:
        """The next cell of this source: nbval asks in order, and leaves out what is tagged ``nbval-skip``."""
        cell = next((c for c in self.cells if c.source == source), None)
        if cell is None:
            raise LookupError(f"the execution has no such cell here:\n{source}")
        idle = nbformat.from_dict({"output_type": "status", "execution_state": "idle"})
        self.messages = [as_message(output) for output in [*cell.outputs, idle]]
        return MESSAGE_ID

    def await_reply(self, message_id: str, timeout=None) -> None:
        """It has come already."""

    def await_idle(self, message_id: str, timeout=None) -> None:
        self.messages.clear()

    def get_message(self, stream: str, timeout=None) -> dict:
        return self.messages.pop(0)


def as_message(output) -> dict:
    """An output of a notebook as the message by which a kernel sent it."""
    return {
        "msg_type": output.output_type,
        "parent_header": {"msg_id": MESSAGE_ID},
        "content": output,
    }


def collect(session, path, kernel) -> list:
    """nbval's cells of a notebook, to be run in order; as ``--nbval-lax``,
    it compares those tagged ``nbval-check-output``.
    """
    file = IPyNbFile.from_parent(session, path=path)
    file.compare_outputs = False
    file.setup_sanitize_files()
    file.kernel = kernel
    return list(file.collect())
