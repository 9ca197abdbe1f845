using System.Text;
using System.Threading.Channels;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>
/// Puts what a cell prints in quick succession into one event: a line is often several writes, and a client wants few messages.
/// </summary>
internal static class StreamGathering
{
    private const int MaxCharacters = 100_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <param name="events">A cell's events as they happen.</param>
    /// <returns>The same in order; text of one stream is held back for at most 50 ms, and never behind another output.</returns>
    public static async IAsyncEnumerable<CellOutputEvent> Gather(ChannelReader<CellOutputEvent> events)
    {
        while (await events.WaitToReadAsync().ConfigureAwait(false))
        {
            while (events.TryRead(out CellOutputEvent? next))
            {
                if (next.Output is not StreamOutput stream)
                {
                    yield return next;
                    continue;
                }

                var text = new StringBuilder(stream.Text);
                if (!events.TryPeek(out _))
                {
                    await Task.WhenAny(events.Completion, Task.Delay(Interval)).ConfigureAwait(false);
                }

                while (text.Length < MaxCharacters && events.TryPeek(out CellOutputEvent? following)
                    && following.Output is StreamOutput more && more.Stream == stream.Stream && events.TryRead(out _))
                {
                    text.Append(more.Text);
                }

                yield return new CellOutputEvent(new StreamOutput(stream.Stream, text.ToString()));
            }
        }
    }
}
