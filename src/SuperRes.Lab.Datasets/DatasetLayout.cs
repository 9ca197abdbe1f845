using System.Globalization;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Datasets;

/// <summary>Where a data set keeps its images, their labels and its official split.</summary>
internal abstract class DatasetLayout
{
    /// <summary>Whether the images and lists are where they belong.</summary>
    public abstract bool IsThere(string root);

    /// <summary>The images that are there, in ordinal order.</summary>
    /// <exception cref="InputException">A list is damaged.</exception>
    public abstract IReadOnlyList<PhotoSetItem> List(string root);

    /// <summary>The side that a seeded split of one's own divides; null for all images.</summary>
    public virtual SplitSide? OwnSplitOf => null;

    protected static IEnumerable<string> Images(string root, string folder) => Directory.EnumerateFiles(Path.Combine(root, folder))
        .Where(file => ImageCodec.HasImageExtension(file) && !Path.GetFileName(file).StartsWith('.'))
        .Select(file => $"{folder}/{Path.GetFileName(file)}")
        .Order(StringComparer.Ordinal);
}

/// <summary>DIV2K: a folder of 800 images to train on and one of 100 to validate (NTIRE 2017). The article divides the 800
/// itself.</summary>
internal sealed class Div2kLayout : DatasetLayout
{
    public const string Train = "DIV2K_train_HR", Valid = "DIV2K_valid_HR";

    public override SplitSide? OwnSplitOf => SplitSide.Train;

    public override bool IsThere(string root) => Directory.Exists(Path.Combine(root, Train));

    public override IReadOnlyList<PhotoSetItem> List(string root)
    {
        IEnumerable<PhotoSetItem> train = Images(root, Train).Select(name => new PhotoSetItem(name, null, SplitSide.Train));
        IEnumerable<PhotoSetItem> valid = Directory.Exists(Path.Combine(root, Valid))
            ? Images(root, Valid).Select(name => new PhotoSetItem(name, null, SplitSide.Valid)) : [];
        return [.. train, .. valid];
    }
}

/// <summary>Oxford 102 flowers: jpg/image_00001.jpg …, imagelabels.mat with a class for each, setid.mat with the numbers of each
/// side.</summary>
internal sealed class FlowersLayout : DatasetLayout
{
    public const string Photos = "jpg", Labels = "imagelabels.mat", Split = "setid.mat";

    public override bool IsThere(string root) =>
        Directory.Exists(Path.Combine(root, Photos)) && File.Exists(Path.Combine(root, Labels)) && File.Exists(Path.Combine(root, Split));

    public override IReadOnlyList<PhotoSetItem> List(string root)
    {
        double[] labels = Variable(Path.Combine(root, Labels), "labels");
        var sides = new Dictionary<int, SplitSide>();
        string split = Path.Combine(root, Split);
        foreach ((
            string variable, SplitSide side) in new[] { ("trnid", SplitSide.Train), ("valid", SplitSide.Valid),
            ("tstid", SplitSide.Test) })
        {
            foreach (double number in Variable(split, variable))
            {
                if (number < 1 || number > labels.Length || number != Math.Floor(number) || !sides.TryAdd((int)number, side))
                {
                    throw new InputException($"{split} names the image {number.ToString(CultureInfo.InvariantCulture)} in {variable}, "
                        + $"which is none of 1 to {labels.Length} or stands on two sides; get the file from its publisher again.");
                }
            }
        }

        return [.. Images(root, Photos).Select(name => Item(name, labels, sides))];
    }

    private static PhotoSetItem Item(string name, double[] labels, Dictionary<int, SplitSide> sides)
    {
        string stem = Path.GetFileNameWithoutExtension(name);
        return int.TryParse(stem[(stem.LastIndexOf('_') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= labels.Length
            ? new PhotoSetItem(name, labels[number - 1].ToString(CultureInfo.InvariantCulture), sides.GetValueOrDefault(number))
            : new PhotoSetItem(name, null, SplitSide.None);
    }

    private static double[] Variable(string path, string name) => MatFile.Read(path).TryGetValue(name, out double[]? values)
        ? values
        : throw new InputException($"{path} holds no variable {name}; get the file from its publisher again.");
}

/// <summary>Oxford-IIIT Pets: images/Abyssinian_1.jpg …, annotations/trainval.txt and test.txt; the breed is the name before the
/// number.</summary>
internal sealed class PetsLayout : DatasetLayout
{
    public const string Photos = "images", Lists = "annotations";

    public override bool IsThere(string root) =>
        Directory.Exists(Path.Combine(root, Photos)) && File.Exists(ListFile(root, "trainval")) && File.Exists(ListFile(root, "test"));

    public override IReadOnlyList<PhotoSetItem> List(string root)
    {
        var sides = new Dictionary<string, SplitSide>(StringComparer.Ordinal);
        Read(ListFile(root, "trainval"), SplitSide.Train, sides);
        Read(ListFile(root, "test"), SplitSide.Valid, sides);
        return [.. Images(root, Photos).Select(name =>
        {
            string stem = Path.GetFileNameWithoutExtension(name);
            int end = stem.LastIndexOf('_');
            return new PhotoSetItem(name, end > 0 ? stem[..end].Replace('_', ' ') : null, sides.GetValueOrDefault(stem));
        })];
    }

    private static string ListFile(string root, string side) => Path.Combine(root, Lists, side + ".txt");

    /// <summary>Lines such as "Abyssinian_100 1 1 1": name, class, species, breed.</summary>
    private static void Read(string path, SplitSide side, Dictionary<string, SplitSide> sides)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; get the annotations from their publisher.", e);
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string[] words = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (words.Length != 4 || !words[1..].All(
                word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out _)) || !sides.TryAdd(words[0], side))
            {
                throw new InputException($"{path} line {i + 1} is \"{(lines[i].Length > 60 ? lines[i][..60] + "…" : lines[i])}\", not a "
                    + $"new name with three numbers; get the annotations from their publisher again.");
            }
        }
    }
}
