using System.Text.Json.Nodes;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Tests.Cli;

namespace SuperRes.Lab.Tests.Distributed;

public sealed class ShardTests
{
    [Fact]
    public void Holds_EachFile_BelongsToOnePart()
    {
        string[] files = [.. Enumerable.Range(0, 1000).Select(i => $"2019/IMG_{i:0000}.jpg")];

        int[] parts = [.. files.Select(file => Enumerable.Range(1, 7).Single(number => new Shard(number, 7).Holds(file)))];

        Assert.All(Enumerable.Range(1, 7), number => Assert.InRange(parts.Count(part => part == number), 100, 190));
        Assert.True(new Shard(parts[5], 7).Holds(files[5].Replace('/', '\\')));
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1")]
    [InlineData("1/4/2")]
    [InlineData("a/b")]
    public void Upscale_ShardThatIsNone_SaysWhatIsExpected(string shard) => Assert.StartsWith(
        $"--shard is '{shard}'; give K/N with K from 1 to N, such as 1/4.",
        CliHarness.WrongInput("upscale", ".", "--out", "x", "--shard", shard), StringComparison.Ordinal);

    [Fact]
    public void Upscale_AllPartsOneOfThemTwice_DoEachPhotoOnce()
    {
        using var folder = new TempFolder();
        string model = CliHarness.WriteModel(folder.Path);
        Directory.CreateDirectory(folder["in"]);
        for (int i = 0; i < 9; i++)
        {
            CliHarness.WriteImage(folder["in", $"{i}.png"], 16, 16, i);
        }

        int[] done = [.. ((string[])["1/3", "2/3", "2/3", "3/3"]).Select(shard =>
        {
            CliResult result = CliHarness.Run("upscale", folder["in"], "--out", folder["out"], "--model", model, "--shard", shard);
            Assert.True(result.Code == 0, result.Error);
            return result.Error.Split('\n').Count(line => line.Contains("32×32 in", StringComparison.Ordinal));
        })];

        Assert.Equal(9, done.Sum());
        Assert.Equal(0, done[2]);
        Assert.Equal(9, Directory.GetFiles(folder["out"], "*.png").Length);
    }

    [Fact]
    public void Evaluate_Part_MeasuresItsImages()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["hr"]);
        for (int i = 0; i < 9; i++)
        {
            CliHarness.WriteImage(folder["hr", $"{i}.png"], number: i);
        }

        string[] names = [.. Enumerable.Range(1, 2).SelectMany(number =>
        {
            CliResult result = CliHarness.Run("evaluate", "--hr", folder["hr"], "--json", "-", "--shard", $"{number}/2");
            Assert.True(result.Code == 0, result.Error);
            return JsonNode.Parse(result.Out)!["images"]!.AsArray().Select(image => (string)image!["name"]!);
        })];

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8"], names.Order(StringComparer.Ordinal));
    }
}
