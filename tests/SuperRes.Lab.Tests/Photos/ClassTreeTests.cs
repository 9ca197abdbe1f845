using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Tests.Photos;

public sealed class ClassTreeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public ClassTreeTests()
    {
        int number = 0;
        foreach ((string name, int count) in new[] { ("n01440764", 9), ("n01443537", 7), ("n01484850", 12) })
        {
            for (int i = 0; i < count; i++)
            {
                ImageCodec.Write(TestPhotos.Make(number++, 40, 40), _temp["tree", "train", name, $"{name}_{i:00}.jpeg"]);
            }
        }
    }

    private string Root => _temp["tree"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Open_ImageNetsLayout_FindsClassesBelowTrain()
    {
        ClassTree tree = ClassTree.Open(Root);

        Assert.Equal(["n01440764", "n01443537", "n01484850"], tree.Classes);
        Assert.Equal(28, tree.Count);
        Assert.Equal(28, tree.All().Count);
        Assert.Equal(28, ClassTree.Open(_temp["tree", "train"]).Count);
    }

    [Fact]
    public void Subset_Seeded_TakesAsManyOfEachClassAndRepeats()
    {
        string[] first = Names(5, 1), again = Names(5, 1), other = Names(5, 2);

        Assert.Equal([5, 5, 5], first.GroupBy(name => name.Split('/')[0]).Select(g => g.Count()));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(15, first.Distinct().Count());
    }

    [Fact]
    public void Subset_Larger_HoldsTheSmallerOne() => Assert.Subset(Names(6, 3).ToHashSet(), Names(4, 3).ToHashSet());

    [Fact]
    public void Subset_WhenAnotherClassGoes_LeavesTheOthersDraws()
    {
        string[] before = Names(5, 1);
        Directory.Delete(_temp["tree", "train", "n01440764"], recursive: true);

        Assert.Equal(before[5..], Names(5, 1));
    }

    [Fact]
    public void Subset_MoreThanAClassHas_NamesIt()
    {
        string message = Assert.Throws<InputException>(() => ClassTree.Open(Root).Subset(8, 1)).Message;
        Assert.Contains("n01443537", message);
        Assert.Contains("at most 7", message);
    }

    [Fact]
    public void Open_EmptyClass_NamesIt()
    {
        Directory.CreateDirectory(_temp["tree", "train", "n09"]);
        Assert.Contains("n09", Assert.Throws<InputException>(() => ClassTree.Open(Root)).Message);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("tree/train/n01440764")]
    public void Open_NoTree_SaysWhatWasExpected(string folder) =>
        Assert.Contains("for each class", Assert.Throws<InputException>(() => ClassTree.Open(_temp[folder])).Message);

    private string[] Names(int perClass, long seed) => [.. ClassTree.Open(Root).Subset(perClass, seed).Photos.Select(photo => photo.Name)];
}
