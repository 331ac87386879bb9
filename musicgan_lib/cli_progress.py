"""The command of ``musicgan`` about what its reader has done: shown, written to a file, read from one, forgotten."""


def add_commands(commands) -> None:
    said = "what you have passed, quizzes and bets: shown, or moved between notebooks and the built book's cover"
    parser = commands.add_parser("progress", help=said, description=said)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--export", metavar="FILE", help="write it as JSON, for the book's cover")
    ways.add_argument(
        "--import", metavar="FILE", dest="come", help="add what the book's cover wrote"
    )
    ways.add_argument("--forget", action="store_true", help="delete all that is kept")
    parser.set_defaults(do=do)


def do(chosen) -> int:
    """Do what was asked; ValueError or OSError where a file cannot be read or written."""
    from .teaching import passed, progress

    if chosen.forget:
        progress.find_place().unlink(missing_ok=True)
        print("All progress that was kept here is deleted.")
    elif chosen.export is not None:
        print(progress.write(progress.read(), chosen.export))
    else:
        if chosen.come is not None:
            progress.write(progress.merge(progress.read(), progress.read_file(chosen.come)))
        print(passed.show_progress())
    return 0
