namespace SuperRes.Lab.Weights;

/// <summary>The list behind <see cref="PretrainedWeights"/>.</summary>
internal static class PretrainedRegistry
{
    private const string TorchvisionAddress = "https://download.pytorch.org/models/";
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
        ResNet("resnet34", "resnet34-b627a593.pth", "83 MB", ("layer4.2.conv2.weight", [512, 512, 3, 3]),
            ("layer3.5.conv2.weight", [256, 256, 3, 3])),
        ResNet("resnet50", "resnet50-0676ba61.pth", "98 MB", ("layer4.2.conv3.weight", [2048, 512, 1, 1]), ("fc.weight", [1000, 2048])),
        Vgg("vgg16", "vgg16-397923af.pth", ("features.28.weight", [512, 512, 3, 3]), ("features.0.weight", [64, 3, 3, 3])),
        Vgg("vgg16_bn", "vgg16_bn-6c64b313.pth", ("features.40.weight", [512, 512, 3, 3]), ("features.41.running_var", [512])),
        Torchvision("alexnet", "AlexNet of torchvision", "alexnet-owt-7be5be79.pth", "233 MB", ("features.0.weight", [64, 3, 11, 11]),
            ("features.10.weight", [256, 256, 3, 3])),
        Torchvision("squeezenet1_1", "SqueezeNet 1.1 of torchvision", "squeezenet1_1-b8a52dc0.pth", "5 MB",
            ("features.0.weight", [64, 3, 3, 3]), ("features.12.expand3x3.weight", [256, 64, 3, 3])),
        LpipsHeads("alex", "AlexNet", 6009, "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
            ("lin0.model.1.weight", [1, 64, 1, 1]), ("lin4.model.1.weight", [1, 256, 1, 1])),
        LpipsHeads("squeeze", "SqueezeNet 1.1", 10811, "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76",
            ("lin0.model.1.weight", [1, 64, 1, 1]), ("lin6.model.1.weight", [1, 512, 1, 1])),
        LpipsHeads("vgg", "VGG-16", 7289, "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
            ("lin0.model.1.weight", [1, 64, 1, 1]), ("lin4.model.1.weight", [1, 512, 1, 1])),
    ];

    private static PretrainedWeight ResNet(string name, string file, string size, params (string Key, long[] Shape)[] fingerprint)
    {
        PretrainedWeight weight = Torchvision(name, $"ResNet-{name["resnet".Length..]} of torchvision, with its ImageNet classifier", file,
            size, [("conv1.weight", [64, 3, 7, 7]), .. fingerprint]);
        return name == "resnet18" ? weight with { SafeTensorsNames = [.. weight.SafeTensorsNames, "resnet18.mlnet.safetensors"] } : weight;
    }

    private static PretrainedWeight Vgg(string name, string file, params (string Key, long[] Shape)[] fingerprint) =>
        Torchvision(name, name == "vgg16" ? "VGG-16 of torchvision" : "VGG-16 with batch norm of torchvision", file, "528 MB", fingerprint);

    private static PretrainedWeight Torchvision(
        string name, string description, string file, string size, params (string Key, long[] Shape)[] fingerprint) => new()
    {
        Name = name,
        Description = description,
        Sources = [new Uri(TorchvisionAddress + file)],
        FileName = file,
        Sha256 = HashInName(file),
        ApproximateSize = size,
        Licence = TorchvisionLicence,
        SafeTensorsNames = TimmNames(name),
        Fingerprint = fingerprint,
    };

    private static PretrainedWeight LpipsHeads(
        string name, string network, long size, string sha256, params (string Key, long[] Shape)[] fingerprint) => new()
    {
        Name = $"lpips_{name}",
        Description = $"Linear heads of LPIPS 0.1 on {network}",
        Sources = [new Uri($"https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/{name}.pth")],
        FileName = $"lpips_{name}.pth",
        Sha256 = sha256,
        Size = size,
        ApproximateSize = $"{(size + 500) / 1000} kB",
        Licence = "BSD-2-Clause (PerceptualSimilarity)",
        SafeTensorsNames = [$"lpips_{name}.safetensors"],
        Fingerprint = fingerprint,
    };

    // torchvision's files end in the first eight digits of their hash.
    private static string HashInName(string file) => Path.GetFileNameWithoutExtension(file)[^8..];

    private static string[] TimmNames(string name) => [$"{name}.tv_in1k.safetensors", $"{name}.safetensors"];
}
