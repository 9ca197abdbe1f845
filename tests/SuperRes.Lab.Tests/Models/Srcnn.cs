using System.Runtime.CompilerServices;
using SuperRes.Lab.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

/// <summary>
/// SRCNN (Dong et al. 2014), the three convolutions that super-resolution by learning began with: a network of another assembly, whose
/// whole is this file.
/// </summary>
public sealed class Srcnn : RestorationNetwork
{
    private readonly Conv2d _patches;
    private readonly Conv2d _mapping;
    private readonly Conv2d _reconstruction;

    public Srcnn(SrcnnOptions options)
        : base(nameof(Srcnn), options)
    {
        _patches = nn.Conv2d(3, options.Features, 9, padding: 4);
        _mapping = nn.Conv2d(options.Features, options.Features / 2, 1);
        _reconstruction = nn.Conv2d(options.Features / 2, 3, 5, padding: 2);
        register_module("patches", _patches);
        register_module("mapping", _mapping);
        register_module("reconstruction", _reconstruction);
        Groups = [LayerGroup.Of(("patches", _patches), ("mapping", _mapping)), LayerGroup.Of(("reconstruction", _reconstruction))];
    }

    public override int SizeMultiple => 1;

    public override int ReceptiveRadius => 4 + 2;

    [ModuleInitializer]
    internal static void Register() => NetworkRegistry.Register((SrcnnOptions options) => new Srcnn(options));

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = _mapping.call(_patches.call(input).relu_()).relu_();
        return _reconstruction.call(features).MoveToOuterDisposeScope();
    }

    /// <summary>What it is built from.</summary>
    public sealed record SrcnnOptions() : NetworkOptions("srcnn")
    {
        /// <summary>Features of the first convolution, 2 to 256; the second has half as many. Default 64, the paper's.</summary>
        public int Features { get; init; } = 64;

        protected override void Check(string where) =>
            Require(Features is >= 2 and <= 256, $"{where}.features is {Features}; use a count from 2 to 256.");
    }
}
