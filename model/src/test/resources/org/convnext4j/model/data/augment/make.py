"""Makes the goldens of RandAugment's operations with Pillow: python3 make.py PHOTO.png, where PHOTO is chelsea.png."""

import sys

import numpy
from PIL import Image, ImageEnhance, ImageOps

FILL = (124, 116, 104)
AFFINE = {"resample": Image.BICUBIC, "fillcolor": FILL}


def affine(image, a, b, c, d, e, f):
    return image.transform(image.size, Image.AFFINE, (a, b, c, d, e, f), **AFFINE)


def solarize_add(image, addend):
    table = [min(255, i + int(addend)) if i < 128 else i for i in range(256)]
    return image.point(table * 3)


OPERATIONS = {
    "AUTO_CONTRAST": lambda image, v: ImageOps.autocontrast(image),
    "EQUALIZE": lambda image, v: ImageOps.equalize(image),
    "INVERT": lambda image, v: ImageOps.invert(image),
    "ROTATE": lambda image, v: image.rotate(v, **AFFINE),
    "POSTERIZE": lambda image, v: ImageOps.posterize(image, int(v)),
    "SOLARIZE": lambda image, v: ImageOps.solarize(image, int(v)),
    "SOLARIZE_ADD": solarize_add,
    "COLOR": lambda image, v: ImageEnhance.Color(image).enhance(v),
    "CONTRAST": lambda image, v: ImageEnhance.Contrast(image).enhance(v),
    "BRIGHTNESS": lambda image, v: ImageEnhance.Brightness(image).enhance(v),
    "SHARPNESS": lambda image, v: ImageEnhance.Sharpness(image).enhance(v),
    "SHEAR_X": lambda image, v: affine(image, 1, v, 0, 0, 1, 0),
    "SHEAR_Y": lambda image, v: affine(image, 1, 0, 0, v, 1, 0),
    "TRANSLATE_X": lambda image, v: affine(image, 1, 0, v * image.size[0], 0, 1, 0),
    "TRANSLATE_Y": lambda image, v: affine(image, 1, 0, 0, 0, 1, v * image.size[1]),
}

ENHANCE = [1 + 0.9 * 0.9, 1 - 0.9 * 0.9, 1 + 0.37 * 0.9, 0.1, 1.0]
ARGUMENTS = {
    "ROTATE": [27.0, -27.0, 30.0, -7.31],
    "POSTERIZE": [0, 1, 4],
    "SOLARIZE": [0, 26, 200],
    "SOLARIZE_ADD": [99, 110],
    "COLOR": ENHANCE,
    "CONTRAST": ENHANCE,
    "BRIGHTNESS": ENHANCE,
    "SHARPNESS": ENHANCE,
    "SHEAR_X": [0.27, -0.3],
    "SHEAR_Y": [0.27, -0.3],
    "TRANSLATE_X": [0.405, -0.45],
    "TRANSLATE_Y": [0.405, -0.45],
}


def inputs():
    photo = Image.open(sys.argv[1]).convert("RGB").crop((110, 40, 270, 160))
    yield "photo", photo.resize((23, 17), Image.BICUBIC)
    random = numpy.random.RandomState(1)
    noise = random.randint(0, 256, (11, 13, 3))
    noise[random.rand(11, 13, 3) < 0.2] = 255
    noise[random.rand(11, 13, 3) < 0.2] = 0
    yield "noise", Image.fromarray(noise.astype("uint8"))
    # one channel of few levels in the middle, one constant, one of two levels; enough pixels for equalize to act
    few = numpy.zeros((29, 31, 3), dtype="uint8")
    few[..., 0] = random.randint(90, 97, (29, 31))
    few[..., 1] = 77
    few[..., 2] = numpy.where(random.rand(29, 31) < 0.9, 3, 250)
    yield "few", Image.fromarray(few)
    yield "tiny", Image.fromarray(random.randint(0, 256, (2, 3, 3)).astype("uint8"))


def main():
    cases = [(name, v) for name in OPERATIONS for v in ARGUMENTS.get(name, [0])]
    with open("cases.txt", "w") as out:
        for name, v in cases:
            out.write(f"{name} {v!r}\n")
    for label, image in inputs():
        image.save(label + ".png", optimize=True)
        stack = Image.new("RGB", (image.width, image.height * len(cases)))
        for i, (name, v) in enumerate(cases):
            stack.paste(OPERATIONS[name](image, v), (0, i * image.height))
        stack.save(label + "-expected.png", optimize=True)


main()
