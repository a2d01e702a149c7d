"""Questions that come by themselves: they wait until nothing is being typed, so that no letter of that answers them."""

from collections.abc import Callable, Iterable
from functools import partial

from textual.app import App

from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.outcomes import Outcome, PasswordOffered, RoomKeyWanted
from trialogue_client.tui.connect import ConnectionOpener
from trialogue_client.tui.screens.dialogs import TextPrompt, YesNo
from trialogue_client.wording.questions import keep_password

_LATER_SECONDS = 1.0


class DeferredQuestions:
    """Asks such questions. `show` shows what the answer leads to."""

    def __init__(
        self,
        app: App[int],
        engine: Engine,
        opener: ConnectionOpener,
        show: Callable[[BufferedNetwork, Iterable[Outcome]], None],
    ) -> None:
        self._app = app
        self._engine = engine
        self._opener = opener
        self._show = show
        self._asked: set[tuple[BufferedNetwork, str]] = set()
        """The rooms whose keys are being asked for."""

    def password(self, network: BufferedNetwork, offer: PasswordOffered) -> None:
        """Ask whether the key ring shall keep a password."""
        if self._is_busy():
            self._app.set_timer(_LATER_SECONDS, partial(self.password, network, offer))
            return
        question = YesNo(
            f"{keep_password(offer.account, network.profile.where)} "
            "You will not be asked for it here again. (/set key_ring off ends this question, /forget takes it out.)",
            "Keep it",
            "Do not keep it",
        )
        keep = self._engine.passwords.keep(network, offer)
        self._app.push_screen(question, lambda yes: self._show(network, [keep]) if yes else None)

    def room_key(self, network: BufferedNetwork, wish: RoomKeyWanted) -> None:
        """Ask for the key of a room, unless we are in it by now."""
        session, place = network.chat.session, (network, network.chat.fold(wish.room))
        if (
            self._opener.talk is None
            or place in self._asked
            or session is None
            or session.state.rooms.get(wish.room) is not None
        ):
            return
        if self._is_busy():
            self._app.set_timer(_LATER_SECONDS, partial(self.room_key, network, wish))
            return
        self._asked.add(place)

        def told(key: str | None) -> None:
            self._asked.discard(place)
            self._show(network, self._engine.room_keys.answered(network, wish.room, key or ""))

        question = TextPrompt(f"{wish.room} on {network.profile.where} wants a key (Esc for none):", secret=True)
        self._app.push_screen(question, told)

    def _is_busy(self) -> bool:
        talk = self._opener.talk
        return talk is not None and (not talk.is_current or bool(talk.composer.text))
