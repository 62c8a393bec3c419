from django.db import models


class _S(models.BinaryField):
    is_sealed = True

    def __init__(self, *a, max_digits=None, decimal_places=None, **k):
        self.x = (max_digits, decimal_places)
        super().__init__(*a, **k)

    def deconstruct(self):
        n, p, a, k = super().deconstruct()
        if self.x[0]:
            k["max_digits"], k["decimal_places"] = self.x
        return n, p, a, k


class SealedTextField(_S):
    pass


class SealedDateField(_S):
    pass


class SealedDecimalField(_S):
    pass


class SealedIntegerField(_S):
    pass


class SealedJSONField(_S):
    pass
