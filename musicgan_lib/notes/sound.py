"""A sound: a waveform with its rate, and the files that hold one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: Seconds of a file that are read at most
LONGEST = 3600.0
#: From here on a sample counts as cut off by whoever recorded it
FULL = 0.999


@dataclass(frozen=True)
class Sound:
    """One channel of samples in [-1, 1], ``(n,) float32``, at ``rate`` samples a second.

    ``report`` says in sentences what was changed when it was read; ``publishable`` whether a page may play it.
    """

    samples: np.ndarray
    rate: int
    title: str = ""
    report: str = ""
    publishable: bool = True

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def read_sound(path, rate: int = 8000) -> Sound:
    """The sound of a file (WAV, FLAC, OGG, MP3 …) as one channel at ``rate`` samples a second.

    Channels are averaged, another rate is converted (a polyphase filter cuts off what the new one cannot hold), and
    samples at full scale are counted: ``report`` says each. At most the first :data:`LONGEST` seconds are read.
    ValueError for a file that is no sound, is empty, or holds what is no number; RuntimeError without soundfile.
    """
    try:
        import soundfile
    except ImportError:
        raise RuntimeError("files of sound are read by soundfile: pip install soundfile") from None
    path = Path(path)
    if rate < 1:
        raise ValueError(f"rate is {rate} samples a second, and has to be above 0")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path.name}")
    try:
        with soundfile.SoundFile(path) as file:
            found = file.samplerate
            samples = file.read(int(LONGEST * found), dtype="float32", always_2d=True)
            left = file.frames - len(samples)
    except soundfile.SoundFileError as error:
        raise ValueError(f"{path.name} is no sound that can be read: {error}") from error
    if not len(samples):
        raise ValueError(f"{path.name} has no sample")
    if not np.isfinite(samples).all():
        raise ValueError(f"{path.name} has samples that are no number")
    told = [f"The first {LONGEST:g} seconds were read."] * (left > 0)
    if samples.shape[1] > 1:
        told.append(f"{samples.shape[1]} channels were averaged.")
    if full := int((np.abs(samples) >= FULL).sum()):
        told.append(f"{full} samples are at full scale: the sound may be clipped.")
    line = np.clip(samples.mean(1), -1, 1)
    if found != rate:
        from scipy.signal import resample_poly

        shared = np.gcd(found, rate)
        line = np.clip(resample_poly(line, rate // shared, found // shared), -1, 1)
        told.append(f"{found} samples a second became {rate}.")
    return Sound(line.astype(np.float32), rate, path.stem, " ".join(told))
