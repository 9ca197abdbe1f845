using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Datasets;

/// <summary>The data sets that have a name; beside them any folder of photos and any tree of class folders can be used.</summary>
public static class DatasetCatalog
{
    /// <summary>The name of the generated set.</summary>
    public const string DeadLeaves = "dead-leaves";

    /// <summary>Every set.</summary>
    public static IReadOnlyList<Dataset> All { get; } =
    [
        new()
        {
            Name = "div2k",
            Description = "800 + 100 photos of about 2040×1400 px, the field's training and validation set (NTIRE 2017)",
            Licence = "academic research only; the photos belong to their owners",
            Home = "https://data.vision.ee.ethz.ch/cvl/DIV2K/",
            Folder = "DIV2K",
            Images = 900,
            Layout = new Div2kLayout(),
            Files =
            [
                Archive("DIV2K_train_HR.zip", 3_530_603_713, "9d0b9c463f6e35b6c62cc6a930ee2224f670b34c1df841a57670f9acf0f6c335",
                    Div2kLayout.Train, 800, Div2k),
                Archive("DIV2K_valid_HR.zip", 448_993_893, "20dd31fd84d777bc1cf5d6b7654a3f569c0aec74458ae094122ad1d0489900fc",
                    Div2kLayout.Valid, 100, Div2k),
            ],
        },
        new()
        {
            Name = "flowers",
            Description = "Oxford 102 flowers: 8,189 photos of about 500 px in 102 classes",
            Licence = "stated nowhere by its authors; photos collected from the web, for research",
            Home = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/",
            Folder = "flowers-102",
            Images = 8189,
            Layout = new FlowersLayout(),
            Files =
            [
                Archive("102flowers.tgz", 344_862_509, "2d01ecc807db462958cfe3d92f57a8c252b4abd240eb955770201e45f783b246",
                    FlowersLayout.Photos, 8189, Flowers),
                Plain(FlowersLayout.Split, 14_989, "46b8678f91fd95d3c8f4feab80d271a6c834a1dd896fe29fd3e6ad9ce5c8dccd", Flowers),
                Plain(FlowersLayout.Labels, 502, "4903e94206bac23bf772aadf06451916df56b58fc483a62db32a97b82656651d", Flowers),
            ],
        },
        new()
        {
            Name = "pets",
            Description = "Oxford-IIIT Pets: 7,390 photos of about 400 px of 37 breeds",
            Licence = "CC BY-SA 4.0; the photos belong to their owners",
            Home = "https://www.robots.ox.ac.uk/~vgg/data/pets/",
            Folder = "pets",
            Images = 7390,
            Layout = new PetsLayout(),
            Files =
            [
                Archive("images.tar.gz", 791_918_971, "67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d", PetsLayout.Photos,
                    7390, Pets, PetsMirror),
                Archive("annotations.tar.gz", 19_173_078, "52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91",
                    PetsLayout.Lists, 3, Pets, PetsMirror),
            ],
        },
        new()
        {
            Name = DeadLeaves,
            Description = "generated images whose edges and scales follow photos, from a seed",
            Licence = "none needed",
            Home = "Lee, Mumford and Huang, Occlusion models for natural images (2001)",
            Folder = "generated",
        },
    ];

    private static string Div2k => "https://data.vision.ee.ethz.ch/cvl/DIV2K/";

    private static string Flowers => "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/";

    private static string Pets => "https://www.robots.ox.ac.uk/~vgg/data/pets/data/";

    // Where the authors' server sends on to.
    private static string PetsMirror => "https://thor.robots.ox.ac.uk/~vgg/data/pets/";

    /// <summary>Lets experiments name these sets as their source. A program calls it once, before it opens an experiment.</summary>
    public static void Register()
    {
        foreach (Dataset set in All)
        {
            PhotoSets.Register(set.Name, set.Layout is null ? new DeadLeavesPhotoSet() : new FetchedPhotoSet(set));
        }

        PhotoSets.Register("generated/petals", new DeadLeavesKind("petals", 32, new()
        {
            Size = 192, Seed = 7, MinRadius = 6, TextureShare = 0, LetteringShare = 0, DefocusShare = 1,
        }));
        PhotoSets.Register("generated/fur", new DeadLeavesKind("fur", 32, new()
        {
            Size = 192, Seed = 8, MaxRadiusShare = 0.2, TextureShare = 1, LetteringShare = 0, DefocusShare = 0,
        }));
    }

    /// <summary>Looks a name up.</summary>
    /// <param name="name">Such as "div2k", in any case.</param>
    /// <returns>The set; null where no set has that name.</returns>
    public static Dataset? TryFind(string name) =>
        All.FirstOrDefault(set => string.Equals(set.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Looks a name up.</summary>
    /// <param name="name">Such as "div2k", in any case.</param>
    /// <returns>The set.</returns>
    /// <exception cref="InputException">No set has that name; the message has them all.</exception>
    public static Dataset Find(string name) => TryFind(name)
        ?? throw new InputException($"There is no data set \"{name}\"; there are {string.Join(", ", All.Select(set => set.Name))}, and "
            + $"any folder of photos can be used as it is.");

    private static DatasetFile Archive(string name, long size, string sha256, string unpacked, int files, params string[] places) =>
        Plain(name, size, sha256, places) with { Unpacked = unpacked, UnpackedFiles = files };

    private static DatasetFile Plain(string name, long size, string sha256, params string[] places) =>
        new() { Name = name, Size = size, Sha256 = sha256, Sources = [.. places.Select(place => new Uri(place + name))] };
}
