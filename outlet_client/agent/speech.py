"""What the scripted people say: short Mandarin lines, shipped as small Opus files.

`make_speech` writes the files anew with espeak-ng and ffmpeg; the lines are the demo's own.
"""

import shutil
import subprocess
from array import array
from importlib.resources import as_file, files
from pathlib import Path

import av

from outlet_client.agent.beep import SAMPLE_RATE, Samples

LINES: dict[str, str] = {
    "clerk_greets": "审核老师您好，这里是网点窗口，有一件失业保险金账户变更，请您审核。",
    "citizen_agrees": "我同意录音录像。我叫群众甲，想把失业保险金改发到新的银行卡。",
    "citizen_confirms": "信息都对，是我本人办理，我没有异议。",
    "reviewer_greets": "您好，我是市人社大厅审核员。本次连线全程录音录像，请问您同意吗？",
    "reviewer_asks": "请您看镜头，出示身份证，并说一下新卡的开户银行。",
    "reviewer_approves": "核对无误，现在为您核准。结果马上推送到窗口，请稍候领取。",
}


def load(line: str) -> Samples:
    """Samples of a line, 48 kHz mono. Raises KeyError for a line that does not exist."""
    if line not in LINES:
        raise KeyError(line)
    samples: Samples = array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    with (
        as_file(files("outlet_client.agent") / "assets" / f"{line}.opus") as path,
        av.open(str(path)) as container,
    ):
        for decoded in container.decode(audio=0):
            for frame in resampler.resample(decoded):
                samples.frombytes(bytes(frame.planes[0])[: frame.samples * 2])
    return samples


def make_speech(folder: Path) -> None:
    """Writes every line as `<name>.opus`. Raises FileNotFoundError without espeak-ng or ffmpeg."""
    speak, encode = shutil.which("espeak-ng"), shutil.which("ffmpeg")
    if speak is None or encode is None:
        raise FileNotFoundError("espeak-ng and ffmpeg are needed to make the speech files")
    for name, text in LINES.items():
        spoken = subprocess.run(  # noqa: S603  (a program found on PATH, our own words)
            [speak, "-v", "cmn", "-s", "165", "--stdout", text], check=True, capture_output=True
        ).stdout
        subprocess.run(  # noqa: S603  (as above)
            [encode, "-loglevel", "error", "-y", "-i", "pipe:0", "-ar", "48000", "-ac", "1",
             "-c:a", "libopus", "-b:a", "16k", "-application", "voip", "-fflags", "+bitexact",
             "-flags:a", "+bitexact", "-map_metadata", "-1", str(folder / f"{name}.opus")],
            check=True, input=spoken,
        )  # fmt: skip


if __name__ == "__main__":
    make_speech(Path(__file__).parent / "assets")
