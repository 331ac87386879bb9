#!/bin/sh
# Give a student the chapters that they do not have yet, touch none that they have, and start what was asked for.
set -eu
from="${BOOK_FROM:-/srv/book/book}"
to="${HOME}/book"
mkdir -p "$to"
(cd "$from" && find . -type f) | while IFS= read -r file; do
    if [ ! -e "$to/$file" ]; then
        mkdir -p "$to/$(dirname "$file")"
        cp "$from/$file" "$to/$file"
    fi
done
exec "$@"
