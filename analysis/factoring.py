"""TF-IDF and a factorisation without negative numbers (NMF), on plain matrices.

scikit-learn would bring 50 MB and a second of import for these few lines; the tests hold them to its numbers.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

ROUNDS = 200  # of updates; the error of a few hundred comments no longer changes in its fourth digit
_TINY = float(np.finfo(np.float64).eps)


def tf_idf(presence: NDArray[np.bool_]) -> Matrix:
    """Return the weight of each term (column) in each comment (row), rows of length 1 or 0.

    Whether a word is there counts, not how often: one person who repeats it must not make a theme. The weight is
    ln((1 + comments) / (1 + comments with the term)) + 1, smoothed as by Manning, Raghavan and Schütze (2008, ch. 6).
    """
    comments = presence.shape[0]
    rarity = np.log((1 + comments) / (1 + presence.sum(axis=0))) + 1
    weights = presence * rarity
    length = np.linalg.norm(weights, axis=1, keepdims=True)
    found: Matrix = np.divide(weights, length, out=np.zeros_like(weights), where=length > 0)
    return found


def factors(matrix: Matrix, count: int, *, rounds: int = ROUNDS) -> tuple[Matrix, Matrix]:
    """Return *matrix* (no number negative) as a product of two such: rows by *count*, and *count* by columns.

    Multiplicative updates of Lee and Seung (2001) for the squared error, from a start without chance: NNDSVDa of
    Boutsidis and Gallopoulos (2008). *count* is at most the smaller side of the matrix.
    """
    left, right = _start(matrix, count)
    for _ in range(rounds):
        left *= (matrix @ right.T) / np.maximum(left @ (right @ right.T), _TINY)
        right *= (left.T @ matrix) / np.maximum((left.T @ left) @ right, _TINY)
    return left, right


def _start(matrix: Matrix, count: int) -> tuple[Matrix, Matrix]:
    """Return the parts of the largest singular vectors that are not negative; their zeros become the mean."""
    rows, sizes, columns = np.linalg.svd(matrix, full_matrices=False)
    left, right = np.zeros((matrix.shape[0], count)), np.zeros((count, matrix.shape[1]))
    for number in range(count):
        row, column = rows[:, number], columns[number]
        # A singular vector has no sign of its own: the half that weighs more is taken.
        sides = [(np.maximum(sign * row, 0), np.maximum(sign * column, 0)) for sign in (1, -1)]
        one, other = max(sides, key=lambda side: np.linalg.norm(side[0]) * np.linalg.norm(side[1]))
        weight = np.linalg.norm(one) * np.linalg.norm(other)
        if weight > 0:
            left[:, number] = np.sqrt(sizes[number] * weight) * one / np.linalg.norm(one)
            right[number] = np.sqrt(sizes[number] * weight) * other / np.linalg.norm(other)
    mean = matrix.mean()
    left[left < _ZERO], right[right < _ZERO] = mean, mean
    return left, right


_ZERO = 1e-6  # as in scikit-learn
