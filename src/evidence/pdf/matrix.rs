//! Where on a page something is drawn, and how large.

use lopdf::Object;

/// From its own coordinates to the page's, as six numbers (ISO 32000-1, 8.3.3).
#[derive(Clone, Copy)]
pub(super) struct Matrix([f32; 6]);

impl Matrix {
    pub(super) const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn of(numbers: &[Object]) -> Option<Self> {
        let numbers: Vec<f32> = numbers
            .iter()
            .filter_map(|number| number.as_float().ok())
            .collect();
        numbers.try_into().ok().map(Self)
    }

    /// First this one, then the other.
    pub(super) fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    /// Of the unit square, into which a picture is drawn.
    pub(super) fn area(self) -> f32 {
        let [a, b, c, d, _, _] = self.0;
        (a * d - b * c).abs()
    }
}
