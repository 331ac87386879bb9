"""What the four papers leave open, as projects: each with a first step, a control, and what would convince.

``system`` is whose recorded runs say what a run costs; ``runs`` counts the training runs of a full answer.
"""

QUESTIONS = (
    {
        "slug": "alpha-that-falls",
        "system": "bjare2020",
        "title": "An entropy bonus that falls",
        "question": (
            "Is there a weight α of the entropy bonus, constant or falling, at which MERL keeps its "
            "variety and a fresh judge finds its melodies no worse?"
        ),
        "why": (
            "Bjare and Meredith (2020, section 4) say that values of α below 1 brought no significant "
            "improvement, and name neither the values nor a seed. Our sweep goes from .001 to 1, "
            "constant, and no schedule was tried."
        ),
        "first": (
            "musicgan train bjare2020 --variant merl --set alpha=0.01 --corpus chorales --profile smoke "
            "--seed 21"
        ),
        "runs": 15,
        "convincing": (
            "Five fresh seeds of one schedule, written down before the first run, ahead of five of "
            "`ordinary` in `judge_accuracy` and not behind in `nll_valid`. The control is the same "
            "schedule with `random_reward`."
        ),
        "level": 2,
        "pages": (
            "foundations/maximum_entropy_rl",
            "papers/seqgan_three_generators",
            "lab/ablations",
        ),
    },
    {
        "slug": "sharper-or-better",
        "system": "seqgan2017",
        "title": "Sharper, or better?",
        "question": (
            "Why does a constant reward lower SeqGAN's published score, and does any score that is blind "
            "to sharpness still see the discriminator?"
        ),
        "why": (
            "The score asks how likely an oracle finds what was written, so a generator that only repeats"
            " what is likely improves it. Readers of the published program have seen that with a constant"
            " reward; our records show it on two oracles, and nobody has matched the entropies of the "
            "two."
        ),
        "first": (
            "musicgan train seqgan2017 --variant seqgan --corpus oracle_50 --profile smoke --seed 21 "
            "--control constant_reward"
        ),
        "runs": 12,
        "convincing": (
            "`seqgan` and `constant_reward` compared at equal entropy of their samples (choose the "
            "checkpoint by entropy, never by score), six seeds each. A sampling temperature on the "
            "likelihood model is the second control."
        ),
        "level": 2,
        "pages": ("papers/when_adversaries_help", "papers/seqgan_three_generators", "lab/claims"),
    },
    {
        "slug": "half-frozen",
        "system": "bjare2020",
        "title": "A discriminator with a holiday",
        "question": (
            "If the discriminator stops learning halfway, when does the generator begin to fool it, and "
            "what does it sound like by then?"
        ),
        "why": (
            "Section 7 of Bjare and Meredith (2020) asks to study how the reward changes while training. "
            "Our records have a discriminator that never learns again and one that always does, and "
            "nothing between."
        ),
        "first": (
            "musicgan train bjare2020 --variant ordinary --corpus chorales --profile smoke --seed 21 "
            "--control frozen_discriminator"
        ),
        "runs": 9,
        "convincing": (
            "A curve of reward and of distinct runs of four words over updates, three seeds each of: "
            "always learning, never learning, frozen at half time. The moment of freezing must be visible"
            " in all three seeds."
        ),
        "level": 2,
        "pages": (
            "lab/seqgan_switches",
            "papers/seqgan_three_generators",
            "foundations/failure_museum",
        ),
    },
    {
        "slug": "why-minibatch-is-worse",
        "system": "mogren2016",
        "title": "Why do minibatch features make it worse?",
        "question": (
            "Mogren saw too little structure with minibatch features. Do they cost structure, or did the "
            "discriminator merely win sooner?"
        ),
        "why": (
            "Mogren (2016) leaves it open. We recorded three seeds of `minibatch`, and no run that gives "
            "its discriminator as much of a handicap as the features give it an advantage."
        ),
        "first": "musicgan train mogren2016 --variant minibatch --corpus chorales --profile smoke --seed 21",
        "runs": 12,
        "convincing": (
            "`minibatch`, `adversarial`, and `minibatch` with a slower discriminator, at equal accuracy "
            "of the discriminator over the last third. The control is `frozen_discriminator`."
        ),
        "level": 2,
        "pages": ("papers/crnn_gan", "lab/crnn_gan_switches", "foundations/failure_museum"),
    },
    {
        "slug": "the-listening-study",
        "system": "mogren2016",
        "title": "The listening study that is yet to be made",
        "question": (
            "Do listeners prefer a generator that learned from an adversary to one that learned a "
            "likelihood?"
        ),
        "why": (
            "Mogren (2016, section 4.1) offers the impressions of the author and co-workers and says that"
            " a thorough study is still to come. This book has the study, and no answers of people to it."
        ),
        "first": "papermill book/lab/listening_study.ipynb out.ipynb -p POOL folder_of_answers",
        "runs": 0,
        "convincing": (
            "Thirty listeners, twenty pairs each, the number fixed before; intervals over listeners, not "
            "answers. The shuffled music in the study is the control: listeners who like it are not "
            "listening to notes."
        ),
        "level": 1,
        "pages": ("lab/listening_study", "representations/hearing_fairly", "lab/whose_music"),
    },
    {
        "slug": "who-learns-next",
        "system": "anokhin2018",
        "title": "Who learns next?",
        "question": "Is there a rule for taking turns under which neither generator nor discriminator wins?",
        "why": (
            "Anokhin and Nuzhin (2018) end with a discriminator that is the stronger one. Their rule "
            "looks at the gap between its two answers; we recorded it at one threshold."
        ),
        "first": (
            "musicgan train anokhin2018 --variant gap_rule --corpus chorales --profile smoke --seed 21 "
            "--control zero_reward"
        ),
        "runs": 18,
        "convincing": (
            "Two thresholds and the plain turn, three seeds each with `zero_reward` beside each. Say "
            "beforehand what *neither wins* means as a number; a loss near 2 log 2 alone may be a "
            "discriminator that learned nothing."
        ),
        "level": 2,
        "pages": ("papers/gan_rl", "papers/hierarchical_discriminator", "lab/gan_rl_switches"),
    },
    {
        "slug": "bars-that-come-back",
        "system": "anokhin2018",
        "title": "Bars that come back",
        "question": "Can a reward bring repetition back, if hearing the bars before can?",
        "why": (
            "In our runs memory helped and no reward did. The authors' module of global structure hears "
            "the future while it trains, so their own samples cannot tell."
        ),
        "first": (
            "musicgan train anokhin2018 --variant repeats_discriminator --set length=64 --corpus chorales "
            "--profile smoke --seed 21 --control random_reward"
        ),
        "runs": 9,
        "convincing": (
            "`repeat_8` at half of real music's without a larger `mean_w`, in three fresh seeds, and not "
            "with `random_reward`. Write reward and weight down before you run."
        ),
        "level": 3,
        "pages": ("papers/gan_rl", "lab/gan_rl_switches", "lab/biaxial_switches"),
    },
    {
        "slug": "where-the-drone-ends",
        "system": "neo2024",
        "title": "Where does the drone end?",
        "question": (
            "Neo and Saleem's published generator ends on one or two pitches. Which single change ends "
            "that: the size of the numbers, the sequence, or the optimiser?"
        ),
        "why": (
            "The paper names mode collapse as future work. Our ladder of repairs has one seed on each "
            "rung but the first and the last, so it cannot say which rung did it."
        ),
        "first": (
            "musicgan train neo2024 --variant normalised_only --corpus chorales --profile smoke --seed 21"
            " --control frozen_discriminator"
        ),
        "runs": 24,
        "convincing": (
            "Three seeds of each rung, each beside `frozen_discriminator`, in `w1_pitch`; and the number "
            "of pitches heard. One rung must separate, in all its seeds."
        ),
        "level": 1,
        "pages": ("papers/lstm_gan_classical", "foundations/failure_museum"),
    },
    {
        "slug": "metrics-with-names-alone",
        "system": "neo2024",
        "title": "Three metrics that have names alone",
        "question": (
            "Which definition of *pitch accuracy*, *rhythmic coherence* and *harmonic progression* agrees"
            " best with listeners?"
        ),
        "why": (
            "Neo and Saleem (2024, section 4.4) name the three and define none; this book gives each one "
            "definition and one control, and asked no listener."
        ),
        "first": "papermill book/papers/lstm_gan_classical.ipynb out.ipynb -p CORPUS tunes",
        "runs": 0,
        "convincing": (
            "Two definitions of each, fixed before; a class's pooled preferences; and a rank agreement "
            "whose interval leaves out 0. The control is a metric that counts notes."
        ),
        "level": 2,
        "pages": (
            "papers/lstm_gan_classical",
            "foundations/judging_generators",
            "lab/listening_study",
        ),
    },
)
