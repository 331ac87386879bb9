"""A small file from a host that may stall, lie about length, or send without end."""

import http.client
import time
import urllib.request

#: Bytes of the largest result; a host that sends more is not ours.
LARGEST = 2**26
#: Seconds for a whole file, and for each piece of it.
WITHIN_S, PATIENCE_S = 120.0, 30.0


def fetch(address: str) -> bytes:
    """What the address sends. OSError where it does not answer, stalls, breaks off, or sends too much or too long."""
    if not address.startswith(("https://", "http://")):
        raise OSError(f"{address} is no address of the web")
    begun, parts, size = time.monotonic(), [], 0
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as reply:
            while part := reply.read1(2**16):
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise OSError(f"it sends more than {LARGEST} bytes")
                if time.monotonic() - begun > WITHIN_S:
                    raise OSError(f"it took more than {WITHIN_S:g} s")
            told = reply.headers["Content-Length"]
    except http.client.HTTPException as reason:
        raise OSError(f"{type(reason).__name__}: {reason}") from reason
    if told is not None and told != str(size):
        raise OSError(f"it promised {told} bytes and sent {size}")
    return b"".join(parts)
