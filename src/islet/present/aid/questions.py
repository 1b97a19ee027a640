"""Questions to take to the visit: the same for everyone, and those that belong to one option."""

from __future__ import annotations

from dataclasses import dataclass

from islet.present.patient import PatientOption

STEPS = (
    "Read what your tumour is, and what the choices are. Take your time. You can stop and come back.",
    "Think about what matters most to you. The page “My wishes” can help. You can leave it out.",
    "Tick the questions that you want to ask. Write down your own.",
    "Talk with your doctor and with people you trust.",
    "Decide together. You may also say that you need more time, or that you want your doctor to decide.",
)
_GENERAL = (
    "Which of these choices do you think of for me, and why?",
    "What happens if we wait?",
    "How long do I have to decide?",
    "What would each choice mean for my days, my work and my family?",
    "Will it hurt? How often must I come, how far must I travel, and what will it cost me?",
    "Can I have children afterwards?",
    "Which side effects should make me call you at once?",
    "What can we do later if this does not work?",
    "Is there a study that I could join?",
)


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question with its own id, and who or what answers it."""

    id: str
    text: str
    note: str = ""


def open_questions() -> tuple[Question, ...]:
    """Return the questions that fit every choice."""
    return tuple(Question(f"general-{number}", text) for number, text in enumerate(_GENERAL))


def option_questions(option: PatientOption) -> tuple[Question, ...]:
    """Return the questions of one option."""
    return (
        Question(f"{option.id}-fits", f"{option.name}: what speaks for it and against it in my case?"),
        Question(f"{option.id}-here", f"{option.name}: how often do you do this here, and how did it go?"),
    )
