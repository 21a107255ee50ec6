#!/usr/bin/env python3
"""Writes the two data sets of docs/training.md's table "Beside timm", as folders of PNG pictures of classes.

OUT/source: seven classes of Fashion-MNIST, 600 training and 100 validation pictures each, to train a checkpoint on.
OUT/target: its other three and three of the drawn classes, 40 and 100 each, to fine-tune the checkpoint on.

make_data.py FASHION-MNIST DRAWN OUT
    FASHION-MNIST   the folder with the IDX files
    DRAWN           what `java DrawClasses.java DRAWN 40 100 1` drew
"""
import gzip
import sys
from pathlib import Path

import numpy
from PIL import Image

NAMES = ["tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
NEW = ["coat", "pullover", "shirt"]
DRAWN = ["cross", "square", "triangle"]
SIDE = 64
SPLITS = {"train": "train", "val": "t10k"}


def read(folder, split):
    with gzip.open(folder / f"{SPLITS[split]}-images-idx3-ubyte.gz") as file:
        pictures = numpy.frombuffer(file.read(), numpy.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(folder / f"{SPLITS[split]}-labels-idx1-ubyte.gz") as file:
        return pictures, numpy.frombuffer(file.read(), numpy.uint8, offset=8)


def write(folder, data, names, count):
    pictures, labels = data
    for name in names:
        (folder / name).mkdir(parents=True)
        for i, at in enumerate(numpy.flatnonzero(labels == NAMES.index(name))[:count]):
            large = Image.fromarray(pictures[at]).resize((SIDE, SIDE), Image.BICUBIC)
            large.convert("RGB").save(folder / name / f"{name}-{i:04d}.png")


def copy(drawn, folder):
    """As PNG, which is all that both programs read; one file is no picture and another is cut short."""
    for name in DRAWN:
        (folder / name).mkdir()
        for file in sorted((drawn / name).iterdir()):
            try:
                Image.open(file).convert("RGB").save(folder / name / f"{file.stem}.png")
            except OSError as problem:
                print(f"left out {file}: {problem}")


def main():
    fashion, drawn, out = map(Path, sys.argv[1:])
    old = [name for name in NAMES if name not in NEW]
    for split, (many, few) in {"train": (600, 40), "val": (100, 100)}.items():
        data = read(fashion, split)
        write(out / "source" / split, data, old, many)
        write(out / "target" / split, data, NEW, few)
        copy(drawn / split, out / "target" / split)


if __name__ == "__main__":
    main()
