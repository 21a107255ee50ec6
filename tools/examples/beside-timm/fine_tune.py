#!/usr/bin/env python3
"""Fine-tunes a model with timm's functions and the default values of timm 1.0.29's train.py, on the CPU.

Each option has train.py's name and default value, but for --epochs. The optimizer's rate follows from the batch as there:
0.1 for 256 pictures, in proportion, or by the square root for AdamW. The last batch of an epoch is left out if it is not
full, as there. Prints a line for each epoch and the best and the last top-1 at the end.

fine_tune.py MODEL-FOLDER DATA [--epochs 20] [--seed 42] [-b 128] [--opt sgd] [--lr RATE] [--weight-decay 2e-5] ...
"""
import argparse
import random
import statistics
import time

import numpy
import timm
import torch
from timm.data import create_dataset, create_loader, resolve_data_config
from timm.loss import LabelSmoothingCrossEntropy
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler_v2

REFERENCE_RATE = 0.1
REFERENCE_BATCH = 256


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a folder that `convnext convert --layout timm` wrote")
    parser.add_argument("data", help="a folder with train/CLASS and val/CLASS, PNG or JPEG")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("-b", "--batch-size", type=int, default=128)
    parser.add_argument("--opt", default="sgd")
    parser.add_argument("--lr", type=float)
    parser.add_argument("--weight-decay", type=float, default=2e-5)
    parser.add_argument("--warmup-epochs", type=int, default=5)
    parser.add_argument("--scale", type=float, nargs=2, default=(0.08, 1.0))
    parser.add_argument("--color-jitter", type=float, default=0.4)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    given = arguments()
    random.seed(given.seed)
    numpy.random.seed(given.seed)
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)

    train = create_dataset("", root=given.data, split="train", is_training=True, batch_size=given.batch_size)
    validation = create_dataset("", root=given.data, split="val", is_training=False, batch_size=given.batch_size)
    classes = len(train.reader.class_to_idx)
    model = timm.create_model("local-dir:" + given.model, pretrained=True, num_classes=classes)
    config = resolve_data_config({}, model=model)
    common = dict(
        input_size=config["input_size"],
        mean=config["mean"],
        std=config["std"],
        batch_size=given.batch_size,
        num_workers=0,
        use_prefetcher=False,
        device=torch.device("cpu"),
    )
    learned = create_loader(
        train,
        is_training=True,
        scale=tuple(given.scale),
        ratio=(3 / 4, 4 / 3),
        hflip=0.5,
        color_jitter=given.color_jitter,
        interpolation="random",
        **common,
    )
    measured = create_loader(
        validation,
        is_training=False,
        interpolation=config["interpolation"],
        crop_pct=config["crop_pct"],
        crop_mode=config["crop_mode"],
        **common,
    )

    share = given.batch_size / REFERENCE_BATCH
    rate = given.lr or REFERENCE_RATE * (share**0.5 if given.opt.startswith("ada") else share)
    optimizer = create_optimizer_v2(
        model, opt=given.opt, lr=rate, weight_decay=given.weight_decay, momentum=0.9
    )
    schedule, _ = create_scheduler_v2(
        optimizer,
        sched="cosine",
        num_epochs=given.epochs,
        warmup_epochs=given.warmup_epochs,
        warmup_lr=1e-5,
        min_lr=0,
        updates_per_epoch=len(learned),
    )
    loss_of = LabelSmoothingCrossEntropy(0.1)
    print(f"{classes} classes, input {config['input_size']}, {len(learned)} steps an epoch, rate {rate:g}", flush=True)

    shares, seconds = [], []
    for epoch in range(given.epochs):
        started = time.time()
        schedule.step(epoch)
        model.train()
        total = 0.0
        for pictures, labels in learned:
            loss = loss_of(model(pictures), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        model.eval()
        right = count = 0
        with torch.no_grad():
            for pictures, labels in measured:
                right += (model(pictures).argmax(1) == labels).sum().item()
                count += len(labels)
        shares.append(100 * right / count)
        seconds.append(time.time() - started)
        print(
            f"epoch {epoch + 1}: training loss {total / len(learned):.4f}, top-1 {shares[-1]:.2f} %,"
            f" {seconds[-1]:.1f} s",
            flush=True,
        )
    print(f"best {max(shares):.2f} last {shares[-1]:.2f} median {statistics.median(seconds):.2f} s an epoch")


if __name__ == "__main__":
    main()
