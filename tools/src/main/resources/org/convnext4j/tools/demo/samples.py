"""Writes the demo's pictures: the first two of each class of Fashion-MNIST's test set, as grey PNG files.

Usage: python3 samples.py FOLDER, where FOLDER has t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz.
"""
import gzip
import os
import struct
import sys
import zlib

PER_CLASS = 2
SIDE = 28


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels):
    rows = b"".join(b"\0" + pixels[y * SIDE:(y + 1) * SIDE] for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def main():
    folder, here = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
    with gzip.open(os.path.join(folder, "t10k-images-idx3-ubyte.gz")) as file:
        images = file.read()[16:]
    with gzip.open(os.path.join(folder, "t10k-labels-idx1-ubyte.gz")) as file:
        labels = file.read()[8:]
    written = [0] * 10
    for index, label in enumerate(labels):
        if written[label] < PER_CLASS:
            name = f"sample-{label}-{written[label]}.png"
            with open(os.path.join(here, name), "wb") as file:
                file.write(png(images[index * SIDE * SIDE:(index + 1) * SIDE * SIDE]))
            written[label] += 1


main()
