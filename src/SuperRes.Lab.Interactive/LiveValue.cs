using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace SuperRes.Lab.Interactive;

/// <summary>
/// A shown value that later ones replace. The engine's own <see cref="DisplayedValue.Update"/> sends an id that no front end has seen, so
/// the two events are published here, under one id.
/// </summary>
internal sealed class LiveValue
{
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly KernelInvocationContext _context;

    private LiveValue(KernelInvocationContext context)
    {
        _context = context;
    }

    /// <summary>Shows a value in the cell that runs.</summary>
    /// <param name="value">What to show.</param>
    /// <returns>What puts another value in its place; null where no cell runs in this flow of control.</returns>
    public static Action<object?>? Show(object? value)
    {
        if (KernelInvocationContext.Current is not { IsComplete: false } context)
        {
            return null;
        }

        var shown = new LiveValue(context);
        context.Publish(new DisplayedValueProduced(value, context.Command, ValueFormats.Of(value), shown._id));
        return shown.Replace;
    }

    /// <summary>
    /// The cell's context is kept: a stopped cell's last words belong to that cell, and the engine drops them if it is over.
    /// </summary>
    private void Replace(object? value) =>
        _context.Publish(new DisplayedValueUpdated(value, _id, _context.Command, ValueFormats.Of(value)));
}
