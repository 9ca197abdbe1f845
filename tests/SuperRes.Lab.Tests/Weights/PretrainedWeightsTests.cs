using System.Security.Cryptography;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.IO;
using SuperRes.Lab.Tests.Datasets;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Tests.Weights;

public sealed class PretrainedWeightsTests : IDisposable
{
    private static readonly byte[] OneTwo = [0, 0, 128, 63, 0, 0, 0, 64];
    private static readonly byte[] SmallPth =
        PthBuilder.Zip(PickleBuilder.Start().Op("}").Text("w").Tensor("Float", "0", 2, 0, [2], [1]).Op("s").Stop(), ("0", OneTwo));
    private static readonly string SmallHash = Convert.ToHexStringLower(SHA256.HashData(SmallPth));

    private readonly TempFolder _cache = new();

    /// <summary>An entry like those of the list, for a file small enough to be made here.</summary>
    private static PretrainedWeight Small => PretrainedWeights.Get("resnet18")
        with { Name = "small", FileName = "small.pth", Sha256 = SmallHash[..8], Bundled = null };

    private string Weights => _cache["weights"];

    public void Dispose() => _cache.Dispose();

    [Theory]
    [InlineData("resnet18", "https://download.pytorch.org/models/resnet18-f37072fd.pth", "f37072fd")]
    [InlineData("resnet34", "https://download.pytorch.org/models/resnet34-b627a593.pth", "b627a593")]
    [InlineData("resnet50", "https://download.pytorch.org/models/resnet50-0676ba61.pth", "0676ba61")]
    [InlineData("vgg16", "https://download.pytorch.org/models/vgg16-397923af.pth", "397923af")]
    [InlineData("vgg16_bn", "https://download.pytorch.org/models/vgg16_bn-6c64b313.pth", "6c64b313")]
    [InlineData("lpips_vgg", "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/vgg.pth",
        "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868")]
    public void Get_NameOfTheList_GivesAddressHashAndLicence(string name, string address, string hash)
    {
        PretrainedWeight weight = PretrainedWeights.Get(name);
        Assert.Equal(address, weight.Sources[0].AbsoluteUri);
        Assert.Equal(hash, weight.Sha256);
        Assert.Contains("BSD-", weight.Licence, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_AnotherName_ListsTheNames() =>
        Assert.Contains("resnet18, resnet34, resnet50, vgg16, vgg16_bn, alexnet, squeezenet1_1, lpips_alex, lpips_squeeze, lpips_vgg",
            Assert.Throws<InputException>(() => PretrainedWeights.Get("resnet35")).Message, StringComparison.Ordinal);

    [Fact]
    public void Require_FileIsAbsent_GivesAddressPathAndCommand()
    {
        Assert.Null(PretrainedWeights.TryFind("resnet34", _cache.Path));
        string message = Assert.Throws<InputException>(() => PretrainedWeights.Require("resnet34", _cache.Path)).Message;
        Assert.Contains("https://download.pytorch.org/models/resnet34-b627a593.pth", message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Weights, "resnet34-b627a593.pth"), message, StringComparison.Ordinal);
        Assert.Contains("superres weights fetch resnet34", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Weights));
    }

    [Fact]
    public void TryFind_FilePutThereByHand_IsVerified()
    {
        string path = Put("small.pth", SmallPth);
        Assert.Equal(path, PretrainedWeights.TryFind(Small, _cache.Path));
        string message =
            Assert.Throws<InputException>(() => PretrainedWeights.TryFind(Small with { Sha256 = "00000000" }, _cache.Path)).Message;
        Assert.Contains(SmallHash, message, StringComparison.Ordinal);
        Assert.Contains("00000000", message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void TryFind_SecondTime_RemembersTheHashUntilTheFileChanges()
    {
        string path = Put("small.pth", SmallPth);
        Assert.NotNull(PretrainedWeights.TryFind(Small, _cache.Path));
        DateTime written = File.GetLastWriteTimeUtc(path);

        // Same size and time: the hash is not computed again, and so the change is not seen.
        File.WriteAllBytes(path, new byte[SmallPth.Length]);
        File.SetLastWriteTimeUtc(path, written);
        Assert.NotNull(PretrainedWeights.TryFind(Small, _cache.Path));
        File.SetLastWriteTimeUtc(path, written.AddSeconds(1));
        Assert.Throws<InputException>(() => PretrainedWeights.TryFind(Small, _cache.Path));
        File.WriteAllBytes(path, SmallPth);
        Assert.NotNull(PretrainedWeights.TryFind(Small, _cache.Path));
    }

    [Fact]
    public void TryFind_NoteIsDamaged_ComputesAgain()
    {
        string path = Put("small.pth", SmallPth);
        File.WriteAllText(VerifiedHash.NotePath(path), "not JSON");
        Assert.Equal(path, PretrainedWeights.TryFind(Small, _cache.Path));
    }

    [Theory]
    [InlineData("resnet18.safetensors")]
    [InlineData("resnet18.tv_in1k.safetensors")]
    public void Load_SafeTensorsOfTimm_AreAccepted(string file)
    {
        using var scope = torch.NewDisposeScope();
        Directory.CreateDirectory(Weights);
        SafeTensors.Write(Path.Combine(Weights, file), Network((512, 512)));
        IReadOnlyDictionary<string, torch.Tensor> tensors = PretrainedWeights.Load("resnet18", _cache.Path);
        Assert.Equal([64, 3, 7, 7], tensors["conv1.weight"].shape);
        Assert.Equal(3, tensors.Count);
    }

    [Fact]
    public void Load_SafeTensorsOfAnotherNetwork_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Directory.CreateDirectory(Weights);
        SafeTensors.Write(Path.Combine(Weights, "resnet18.safetensors"), Network((512, 256)));
        string message = Assert.Throws<InputException>(() => PretrainedWeights.Load("resnet18", _cache.Path)).Message;
        Assert.Contains("'layer4.1.conv2.weight' should have the shape [512, 512, 3, 3] and has [512, 256, 3, 3]", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_FromAServer_VerifiesAndFindsIt()
    {
        await using LoopbackServer server = LoopbackServer.Of(SmallPth, closeAfter: n => n == 0 ? 100 : int.MaxValue);
        PretrainedWeight weight = Small with { Sources = [server.Address] };
        using var downloader = new Downloader(new DownloaderOptions { FirstDelay = TimeSpan.FromMilliseconds(1) });
        string path =
            await Task.Run(() => WeightsDownload.Fetch(
            weight, downloader, progress: null, _cache.Path, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine(Weights, "small.pth"), path);
        Assert.Equal(path, PretrainedWeights.TryFind(weight, _cache.Path));
        IReadOnlyDictionary<string, torch.Tensor> state = StateDictFile.Read(path);
        using torch.Tensor w = state["w"];
        Assert.Equal([1f, 2f], w.data<float>().ToArray());
    }

    [Fact]
    public async Task Fetch_ServerHasAnotherFile_ShowsBothHashes()
    {
        await using LoopbackServer server = LoopbackServer.Of(new byte[500]);
        PretrainedWeight weight = Small with { Sources = [server.Address] };
        using var downloader = new Downloader();
        InputException failure =
            await Assert.ThrowsAsync<InputException>(() => Task.Run(
            () => WeightsDownload.Fetch(weight, downloader, progress: null, _cache.Path, TestContext.Current.CancellationToken)));
        Assert.Contains(SmallHash[..8], failure.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(new byte[500])), failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Weights, "small.pth.rejected")));
        Assert.Null(PretrainedWeights.TryFind(weight, _cache.Path));
    }

    [Fact]
    public void CacheFolder_FollowsTheEnvironment()
    {
        Assert.Equal(_cache["own"], Folder(("SUPERRES_CACHE", _cache["own"]), ("XDG_CACHE_HOME", "/x"), ("HOME", "/home/me")));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rest of this test is about Linux.");
        Assert.Equal("/x/superres-lab", Folder(("SUPERRES_CACHE", ""), ("XDG_CACHE_HOME", "/x"), ("HOME", "/home/me")));
        Assert.Equal("/home/me/.cache/superres-lab", Folder(("XDG_CACHE_HOME", "relative"), ("HOME", "/home/me")));
        Assert.Equal("/home/me/.cache/superres-lab", Folder(("HOME", "/home/me")));
        Assert.StartsWith("/", Folder(), StringComparison.Ordinal);
    }

    private static string Folder(params (string Name, string Value)[] environment) =>
        CachePlace.Folder(name => environment.FirstOrDefault(e => e.Name == name).Value);

    private static (string, torch.Tensor)[] Network((int Out, int In) last) =>
        [("conv1.weight", torch.zeros(64, 3, 7, 7)), ("layer4.1.conv2.weight", torch.zeros(last.Out, last.In, 3, 3)),
            ("fc.weight", torch.zeros(1000, 512))];

    private string Put(string name, byte[] content)
    {
        Directory.CreateDirectory(Weights);
        File.WriteAllBytes(Path.Combine(Weights, name), content);
        return Path.Combine(Weights, name);
    }
}
