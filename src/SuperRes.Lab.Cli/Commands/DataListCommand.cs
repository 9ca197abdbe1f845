using System.CommandLine;
using System.Globalization;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres data list</c>: the data sets that have a name.</summary>
internal sealed class DataListCommand : LabCommand
{
    private readonly CommandContext _context;

    public DataListCommand(CommandContext context)
        : base("list", "List data sets: size, licence, origin, and what of them is here.", "superres data list") => _context = context;

    protected override int Run(ParseResult parsed)
    {
        foreach (Dataset set in DatasetCatalog.All)
        {
            _context.Terminal.Result(set.Name);
            Line("what", set.Description);
            Line("licence", set.Licence);
            Line("from", set.Files.Count == 0 ? set.Home : $"{set.Home} ({Words.OfBytes(set.Bytes)} in {set.Files.Count} files)");
            Line("here", $"{LabFolders.Shown(set.PathIn(LabFolders.Data))}: {State(set)}");
        }

        _context.Terminal.Note("Any other folder of photos works as it is (--images, or \"source\" in an experiment), and so does a "
            + "folder of class folders (\"perClass\").");
        return ExitCodes.Done;
    }

    private static string State(Dataset set)
    {
        string folder = set.PathIn(LabFolders.Data);
        if (set.Files.Count == 0)
        {
            int images = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Count() : 0;
            return string.Create(CultureInfo.InvariantCulture, $"{images:N0} images; an experiment makes what it needs");
        }

        IReadOnlyList<DatasetFileState> states = set.States(LabFolders.Data);
        string[] missing = [.. set.Files.Where((_, i) => states[i] == DatasetFileState.Missing).Select(file => file.Name)];
        string[] packed = [.. set.Files.Where((_, i) => states[i] == DatasetFileState.Packed).Select(file => file.Name)];
        if (missing.Length == set.Files.Count)
        {
            return $"nothing yet; \"superres data fetch {set.Name}\" gets it";
        }

        string rest = (missing.Length > 0 ? $", missing: {string.Join(", ", missing)}" : "")
            + (packed.Length > 0 ? $", to be unpacked: {string.Join(", ", packed)}" : "");
        string there = set.IsThere(LabFolders.Data)
            ? string.Create(CultureInfo.InvariantCulture, $"{set.List(LabFolders.Data).Count:N0} images") : "incomplete";
        return there + rest + (rest.Length > 0 ? $"; \"superres data fetch {set.Name}\" resumes" : "");
    }

    private void Line(string title, string text) => _context.Terminal.Result($"    {title,-8} {text}");
}
