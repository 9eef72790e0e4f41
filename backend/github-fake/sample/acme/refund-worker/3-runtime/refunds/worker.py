"""Takes refunds off the queue, one at a time."""


def main() -> None:
    print("waiting for refunds")


if __name__ == "__main__":
    main()
