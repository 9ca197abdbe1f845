namespace SuperRes.Lab.Weights;

/// <summary>The list behind <see cref="PretrainedWeights"/>.</summary>
internal static class PretrainedRegistry
{
    private const string Torchvision = "https://download.pytorch.org/models/";
    private const string TorchvisionLicence = "BSD-3-Clause (torchvision); trained on ImageNet, whose images are for research";

    public static IReadOnlyList<PretrainedWeight> All { get; } =
    [
        ResNet("resnet18", "resnet18-f37072fd.pth", "45 MB", ("layer4.1.conv2.weight", [512, 512, 3, 3])) with
        {
            Bundled = new BundledWeight
            {
                FileName = "resnet18.mlnet.onnx",
                Sha256 = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f",
                Source = "NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1",
                Licence = "MIT (Microsoft); trained on ImageNet, whose images are for research",
            },
        },
        ResNet("resnet34", "resnet34-b627a593.pth", "83 MB", ("layer4.2.conv2.weight", [512, 512, 3, 3]), ("layer3.5.conv2.weight", [256, 256, 3, 3])),
        ResNet("resnet50", "resnet50-0676ba61.pth", "98 MB", ("layer4.2.conv3.weight", [2048, 512, 1, 1]), ("fc.weight", [1000, 2048])),
        Vgg("vgg16", "vgg16-397923af.pth", ("features.28.weight", [512, 512, 3, 3]), ("features.0.weight", [64, 3, 3, 3])),
        Vgg("vgg16_bn", "vgg16_bn-6c64b313.pth", ("features.40.weight", [512, 512, 3, 3]), ("features.41.running_var", [512])),
        new PretrainedWeight
        {
            Name = "lpips_vgg",
            Description = "Linear heads of LPIPS 0.1 on VGG-16",
            Sources = [new Uri("https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/vgg.pth")],
            FileName = "lpips_vgg.pth",
            Sha256 = "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
            Size = 7289,
            ApproximateSize = "7 kB",
            Licence = "BSD-2-Clause (PerceptualSimilarity)",
        },
    ];

    private static PretrainedWeight ResNet(string name, string file, string size, params (string Key, long[] Shape)[] fingerprint) => new()
    {
        Name = name,
        Description = $"ResNet-{name["resnet".Length..]} of torchvision, with its ImageNet classifier",
        Sources = [new Uri(Torchvision + file)],
        FileName = file,
        Sha256 = HashInName(file),
        ApproximateSize = size,
        Licence = TorchvisionLicence,
        SafeTensorsNames = [.. TimmNames(name), .. name == "resnet18" ? ["resnet18.mlnet.safetensors"] : Array.Empty<string>()],
        Fingerprint = [("conv1.weight", [64, 3, 7, 7]), .. fingerprint],
    };

    private static PretrainedWeight Vgg(string name, string file, params (string Key, long[] Shape)[] fingerprint) => new()
    {
        Name = name,
        Description = name == "vgg16" ? "VGG-16 of torchvision" : "VGG-16 with batch norm of torchvision",
        Sources = [new Uri(Torchvision + file)],
        FileName = file,
        Sha256 = HashInName(file),
        ApproximateSize = "528 MB",
        Licence = TorchvisionLicence,
        SafeTensorsNames = TimmNames(name),
        Fingerprint = fingerprint,
    };

    // torchvision's files end in the first eight digits of their hash.
    private static string HashInName(string file) => Path.GetFileNameWithoutExtension(file)[^8..];

    private static string[] TimmNames(string name) => [$"{name}.tv_in1k.safetensors", $"{name}.safetensors"];
}
