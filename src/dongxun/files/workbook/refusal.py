"""Why a file is not read: a code for the parent, which has the words."""


class Refused(Exception):
    """The file is refused.

    ``where`` is a cell or part of the file; ``values`` fill the blanks of the message.
    """

    def __init__(self, code: str, *, where: str = "", **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.where = where
        self.values = values
