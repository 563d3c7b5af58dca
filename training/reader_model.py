"""The reader as a network: MiniLM with heads for spans and pairs, one pair of them half way; and its loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

EARLY = 2  # layers under the heads of the first look
FAR = -1e4  # a logit that never counts


@dataclass(frozen=True)
class Logits:
    """start, end, inside: shape (pairs, tokens), of a span's first token, its last, any. pair: shape (pairs,), that the
    passage answers. early_inside, early_pair: the same of the first look."""

    start: Tensor
    end: Tensor
    inside: Tensor
    pair: Tensor
    early_inside: Tensor
    early_pair: Tensor


class Reader(nn.Module):
    """The encoder with its heads."""

    def __init__(self, folder: Path, attention: str = "sdpa", dropout: float = 0.1) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(
            folder,
            attn_implementation=attention,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            add_pooling_layer=False,
            dtype=torch.float32,
        )
        width = self.bert.config.hidden_size
        self.span, self.pair = nn.Linear(width, 3), nn.Linear(width, 1)
        self.early_inside, self.early_pair = nn.Linear(width, 2), nn.Linear(width, 1)
        for head in self.heads:
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        # a third of the weights, and a few thousand articles touch few of its rows
        self.bert.embeddings.word_embeddings.requires_grad_(False)

    @property
    def heads(self) -> tuple[nn.Linear, ...]:
        """The layers that do not come with the encoder."""
        return self.span, self.pair, self.early_inside, self.early_pair

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Logits:
        """ids, mask, types: shape (pairs, tokens)."""
        read = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True)
        early, last = read.hidden_states[EARLY], read.last_hidden_state
        start, end, inside = self.span(last).float().unbind(-1)
        pair = self.pair(last[:, 0]).float().squeeze(-1)
        return Logits(start, end, inside, pair, *self.first_look(early, (types * mask).bool()))

    def first_look(self, early: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        """early_inside and early_pair, out of the lower layers. Two layers put little into the first token, so the
        pair's logit is also that of its likeliest tokens. second: true on title and passage."""
        inside, evidence = self.early_inside(early).float().unbind(-1)
        most = evidence.masked_fill(~second, FAR).logsumexp(1)
        return inside, self.early_pair(early[:, 0]).float().squeeze(-1) + most


def span_loss(logits: Tensor, gold: Tensor, lists: int) -> Tensor:
    """Minus the log-likelihood of the gold tokens, or of none where a list has no gold, under one softmax over the
    tokens of all passages of a list and over a null of logit 0 (shared normalisation, Clark and Gardner 2018).

    logits, gold: shape (pairs, tokens); FAR outside the passages."""
    logits, gold = logits.view(lists, -1), gold.view(lists, -1)
    null = logits.new_zeros(lists)
    right = logits.masked_fill(~gold, FAR).logsumexp(1)
    total = torch.logaddexp(logits.logsumexp(1), null)
    return (total - torch.where(gold.any(1), right, null)).mean()


def pair_loss(pair: Tensor, answered: Tensor) -> Tensor:
    """A softmax over a list's passages, of which the first answers, and each logit alone. pair: (lists, passages)"""
    target = torch.zeros_like(pair)
    target[:, 0] = answered.float()
    ranked = -pair.log_softmax(1)[:, 0] * answered
    alone = functional.binary_cross_entropy_with_logits(pair, target)
    return ranked.sum() / answered.sum().clamp(min=1) + 0.5 * alone


def loss_of(logits: Logits, passage: Tensor, gold: Tensor, answered: Tensor, early: float) -> Tensor:
    """The loss of some lists. passage: shape (pairs, tokens), true on the passages' tokens. gold: shape (3, pairs,
    tokens), true where a span may start, may end, and in between. answered: shape (lists,)."""
    lists = len(answered)

    def spans(of: Tensor, which: int) -> Tensor:
        return span_loss(of.masked_fill(~passage, FAR), gold[which], lists)

    full = 0.5 * (spans(logits.start, 0) + spans(logits.end, 1) + spans(logits.inside, 2))
    full = full + pair_loss(logits.pair.view(lists, -1), answered)
    first = 0.5 * spans(logits.early_inside, 2) + pair_loss(logits.early_pair.view(lists, -1), answered)
    return full + early * first


def taught(logits: Logits, teachers: Sequence[Logits], passage: Tensor, lists: int, early: float) -> Tensor:
    """How far the reader is from what several readers say together (Hinton et al. 2015), over the same softmaxes."""

    def shares(of: Tensor) -> Tensor:
        flat = of.masked_fill(~passage, FAR).view(lists, -1)
        return torch.cat([flat, flat.new_zeros(lists, 1)], 1).log_softmax(1)

    def apart(mine: Tensor, theirs: Tensor) -> Tensor:
        return functional.kl_div(mine, theirs, reduction="batchmean")

    total = logits.pair.new_zeros(())
    for name in ("start", "end", "inside"):
        theirs = torch.stack([shares(getattr(t, name)).exp() for t in teachers]).mean(0)
        total = total + 0.5 * apart(shares(getattr(logits, name)), theirs)
    pair = torch.stack([t.pair for t in teachers]).mean(0)
    for mine, weight in ((logits.pair, 1.0), (logits.early_pair, early)):
        ranked = apart(mine.view(lists, -1).log_softmax(1), pair.view(lists, -1).softmax(1))
        alone = functional.binary_cross_entropy_with_logits(mine, pair.sigmoid())
        total = total + weight * (ranked + 0.5 * alone)
    return total
