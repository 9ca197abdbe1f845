using System.Text;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>Something a running cell did to its outputs, in order, as it happens.</summary>
/// <param name="Output">The output, or for a stream the piece of text that was added.</param>
/// <param name="IsUpdate">True where the output takes the place of the one with the same display id.</param>
public sealed record CellOutputEvent(CellOutput Output, bool IsUpdate = false);

/// <summary>Collects what one run of a cell writes and shows, from whatever threads, until the run is closed.</summary>
internal sealed class CellRun
{
    private readonly Lock _lock = new();
    private readonly List<Slot> _slots = [];
    private readonly Action<CellOutputEvent> _live;
    private readonly int _streamLimit;
    private int _streamCharacters;
    private bool _closed;

    /// <param name="live">Gets each event, under the run's lock: must only pass it on.</param>
    /// <param name="streamLimit">How many characters of console text are kept.</param>
    public CellRun(Action<CellOutputEvent> live, int streamLimit)
    {
        _live = live;
        _streamLimit = streamLimit;
    }

    /// <summary>Adds console text to the stream's output, or begins a new one where another output came between.</summary>
    public void Write(string stream, string text)
    {
        lock (_lock)
        {
            if (_closed || text.Length == 0 || _streamCharacters > _streamLimit)
            {
                return;
            }

            _streamCharacters += text.Length;
            if (_streamCharacters > _streamLimit)
            {
                text = $"\n(The cell wrote more than {_streamLimit:N0} characters; the rest is left out.)\n";
            }

            if (_slots is not [.., { Stream: { } last } slot] || last != stream)
            {
                slot = new Slot { Stream = stream, Text = new StringBuilder() };
                _slots.Add(slot);
            }

            slot.Text!.Append(text);
            _live(new CellOutputEvent(new StreamOutput(stream, text)));
        }
    }

    /// <summary>Adds an output that is no stream.</summary>
    public void Add(CellOutput output)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _slots.Add(new Slot { Output = output });
                _live(new CellOutputEvent(output));
            }
        }
    }

    /// <summary>Puts another value in a shown one's place; also after the run was closed, because a later cell may do it.</summary>
    public void Update(string displayId, MimeBundle data, Action<CellOutputEvent>? announce)
    {
        lock (_lock)
        {
            foreach (Slot slot in _slots)
            {
                if (slot.Output is DisplayOutput display && display.DisplayId == displayId)
                {
                    DisplayOutput updated = display with { Data = data };
                    slot.Output = updated;
                    announce?.Invoke(new CellOutputEvent(updated, IsUpdate: true));
                }
            }
        }
    }

    /// <summary>Hands an event to whoever follows this run.</summary>
    public void Announce(CellOutputEvent output)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _live(output);
            }
        }
    }

    /// <summary>From now on nothing is added: the cell has ended or was abandoned.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>The outputs so far. Text that carriage returns overwrote, as progress bars do, is gone.</summary>
    public IReadOnlyList<CellOutput> Snapshot()
    {
        lock (_lock)
        {
            return [.. _slots.Select(
                slot => slot.Output ?? new StreamOutput(slot.Stream!, ConsoleText.CollapseReturns(slot.Text!.ToString())))];
        }
    }

    private sealed class Slot
    {
        public string? Stream { get; init; }

        public StringBuilder? Text { get; init; }

        public CellOutput? Output { get; set; }
    }
}
