using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>What every cell can call by its bare name.</summary>
[SuppressMessage("Design", "MA0048", Justification = "The three types are one vocabulary.")]
public sealed class ScriptGlobals
{
    private readonly Func<object?, DisplayHandle> _show;

    internal ScriptGlobals(Func<object?, DisplayHandle> show)
    {
        _show = show;
    }

#pragma warning disable IDE1006 // the name is .NET Interactive's
    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">The value.</param>
    /// <returns>A handle that can put another value in its place.</returns>
    public DisplayHandle display(object? value) => _show(value);
#pragma warning restore IDE1006

    /// <summary>Marks text as HTML, to be shown as such.</summary>
    /// <param name="content">Markup.</param>
    /// <returns>A value to display.</returns>
    public HtmlText HTML(string content) => new(content);
}

/// <summary>A value that was shown.</summary>
public sealed class DisplayHandle
{
    private readonly Action<object?> _update;

    internal DisplayHandle(Action<object?> update)
    {
        _update = update;
    }

    /// <summary>Shows another value in the old one's place.</summary>
    /// <param name="value">The new value.</param>
    public void Update(object? value) => _update(value);
}

/// <summary>Text that is HTML.</summary>
/// <param name="Content">Markup.</param>
public sealed record HtmlText(string Content)
{
    /// <summary>The markup.</summary>
    /// <returns>The content as it is.</returns>
    public string ToHtml() => Content;

    /// <summary>The content without its tags.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() =>
        WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(Content, "<[^>]*>", "")).Trim();
}
