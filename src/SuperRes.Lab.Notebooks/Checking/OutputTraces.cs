using System.Text.RegularExpressions;

namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>Finds what stored outputs reveal of the machine that made them.</summary>
internal static partial class OutputTraces
{
    public static IEnumerable<NotebookFinding> Check(NotebookCell cell, int number, IReadOnlyList<string> privateNames)
    {
        string text = EmbeddedData().Replace(string.Join('\n', cell.Outputs.SelectMany(Texts)), "");
        if (AbsolutePath().Match(text) is { Success: true } path)
        {
            yield return new NotebookFinding($"the output holds the absolute path {path.Value}; print the file's name or a relative path",
                number);
        }

        if (NetworkAddress().Match(text) is { Success: true } address)
        {
            yield return new NotebookFinding($"the output holds the network address {address.Value}", number);
        }

        foreach (DisplayOutput display in cell.Outputs.OfType<DisplayOutput>())
        {
            foreach (string mime in display.Data.Entries.Keys.Where(mime => string.IsNullOrWhiteSpace(
                display.Data.Text(mime) ?? display.Data.Entries[mime]?.ToJsonString())))
            {
                yield return new NotebookFinding($"the output's {mime} is empty; run the notebook again with a current build", number);
            }

            if (!display.Data.Entries.ContainsKey(MimeBundle.Plain))
            {
                yield return new NotebookFinding("an output has no text/plain, without which exports to paper fail", number);
            }
        }

        foreach (string name in privateNames.Where(name => Regex.IsMatch(
            text, $@"(?<![\w-]){Regex.Escape(name)}(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(5))))
        {
            yield return new NotebookFinding($"the output holds the name {name} of this machine or its user", number);
        }
    }

    private static IEnumerable<string> Texts(CellOutput output) => output switch
    {
        StreamOutput stream => [stream.Text],
        DisplayOutput display => display.Data.Entries.Keys
            .Where(mime => !mime.StartsWith("image/", StringComparison.Ordinal) || mime == "image/svg+xml")
            .Select(mime => display.Data.Text(mime) ?? display.Data.Entries[mime]?.ToJsonString() ?? ""),
        ErrorOutput error => error.Traceback.Prepend(error.Message),
        UnknownOutput unknown => [unknown.Json.ToJsonString()],
        _ => [],
    };

    /// <summary>Base64 has slashes of its own.</summary>
    [GeneratedRegex(@"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+", RegexOptions.CultureInvariant)]
    private static partial Regex EmbeddedData();

    /// <summary>
    /// Addresses of IPv4 (but those of documentation and of this very machine, and versions of four numbers that begin with 0 or 1) and,
    /// in brackets or with a port, of IPv6.
    /// </summary>
    [GeneratedRegex(
        @"(?<![\w.])(?!(127|0|1|192\.0\.2|198\.51\.100|203\.0\.113)\.)((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])"
        + @"|(?<![\w:])(fe80|fd[0-9a-f]{2}|2[0-9a-f]{3})(:[0-9a-f]{0,4}){2,7}(?![\w:])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex NetworkAddress();

    /// <summary>Paths below the usual roots of Linux and macOS, file URLs, drives and shares of Windows.</summary>
    [GeneratedRegex(
        @"(?<![\w.)\]}/-])/(bin|boot|builds?|data|dev|etc|github|home|lib|media|mnt|nix|opt|private|proc|root|run|"
        + @"scratch|srv|sys|tmp|Users|usr|var|Volumes|work|workspaces?)/[^\s""'<>|,;)]+"
        + @"|file:///?[^\s""'<>]+|(?<![A-Za-z])[A-Za-z]:\\[^\s""'<>|]+|\\\\[\w.-]+\\[^\s""'<>|]+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AbsolutePath();
}
