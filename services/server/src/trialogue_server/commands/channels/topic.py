"""TOPIC: showing and setting a channel's topic.  https://modern.ircdocs.horse/#topic-message"""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.delivery.reply import Reply
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import TopicChanged


@command("TOPIC", p.channel(), p.opt(p.text("topic")), cost=QUESTION)
def topic(ctx: Context, channel: Channel, text: str | None) -> None:
    """Show, change or (with an empty text) remove the topic.  https://modern.ircdocs.horse/#topic-message"""
    if text is None:
        send_topic(ctx.reply, channel)
        return
    policy.can_set_topic(ctx.user, channel)
    ctx.commit(TopicChanged(*ctx.stamp(), channel.name, truncate(text, ctx.config.limits.topic_length)))


def send_topic(reply: Reply, channel: Channel) -> None:
    """Send RPL_TOPIC and RPL_TOPICWHOTIME, or RPL_NOTOPIC."""
    if not channel.topic:
        reply.numeric(n.RPL_NOTOPIC, channel.name)
        return
    reply.numeric(n.RPL_TOPIC, channel.name, channel.topic)
    reply.numeric(n.RPL_TOPICWHOTIME, channel.name, channel.topic_by, str(int(channel.topic_at)))
