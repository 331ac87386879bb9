"""A discriminator that compares the samples of a batch, so that copies show."""

import torch
from torch import nn

from .crnn_gan import minibatch_closeness
from .interface import Answer
from .seqgan import TextCNN

#: Numbers that a kernel compares
COMPARED = 10


class BatchDiscriminator(TextCNN):
    """:class:`~musicgan_lib.models.seqgan.TextCNN` whose last layer also hears how close each sample is to the others.

    Parameters
    ----------
    sizes, settings : as in ``TextCNN``.
    kernels : how many learned ways there are to compare; above 0.

    A sample's logit depends on its batch: give it samples of one kind. ValueError for no kernels. Implements
    ``Discriminator``. Source: Salimans et al. (2016), section 3.2.
    """

    def __init__(self, sizes, kernels: int = 16, **settings):
        super().__init__(sizes, **settings)
        if kernels < 1:
            raise ValueError(
                f"kernels is {kernels}, and nothing would be compared: choose 1 or more"
            )
        features = self.decide.in_features
        self.kernels = nn.Linear(features, kernels * COMPARED, bias=False)
        self.decide = Answer(features + kernels, 1)

    def closeness(self, features: torch.Tensor) -> torch.Tensor:
        """``(B, F) -> (B, kernels)``: the sum over the others of ``exp(-distance)``, 0 to ``B - 1``."""
        return minibatch_closeness(self.kernels(features).unflatten(1, (-1, COMPARED)))

    def score(self, actions: torch.Tensor) -> torch.Tensor:
        features = self.features(actions)
        heard = torch.cat([features, self.closeness(features)], 1)
        return self.decide(self.dropout(heard))[:, 0]
