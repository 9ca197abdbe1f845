#:project ../src/SuperRes.Lab
#:property PublishAot=false
// C. Thomas, "Deep learning based super resolution, without using a GAN" (2019), after fastai's lesson 7, in one file of TorchSharp:
//     dotnet run examples/Article.cs -- --steps 100 --photos data/samples --out article.png
// A U-Net on an ImageNet encoder is given photos that were halved and enlarged again, and learns to return the sharp ones. No second
// network judges it: the loss compares what an ImageNet classifier sees in both. The library only reads images and finds weights.
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SuperRes.Examples;

// ---- 1. The model: fastai's unet_learner; parameters have fastai's and torchvision's names ----

/// <summary>A U-Net (Ronneberger et al. 2015) whose encoder is a ResNet. Pictures are N×3×H×W; the sides are multiples of 32.</summary>
internal sealed class Unet(int[] blocks, int c = 64) : Layer<Tensor>
{
    private readonly ModuleList<nn.Module> layers = nn.ModuleList<nn.Module>(
        ResNet(blocks, c), // blocks of each stage: 3, 4, 6, 3 is ResNet-34
        nn.BatchNorm2d(8 * c), nn.ReLU(), nn.Sequential(ConvRelu(8 * c, 16 * c), ConvRelu(16 * c, 8 * c)),
        new UnetBlock(8 * c, 4 * c, 8 * c), new UnetBlock(8 * c, 2 * c, 6 * c), new UnetBlock(6 * c, c, 4 * c),
        new UnetBlock(4 * c, c, c * 3 / 2), new PixelShuffleIcnr(c * 3 / 2, c * 3 / 2, blur: false), nn.Identity(),
        new ResBlock((c * 3 / 2) + 3), nn.Sequential(new WeightNormConv((c * 3 / 2) + 3, 3, 1)));

    public Sequential Encoder => (Sequential)layers[0];

    /// <summary>fastai's layer groups: the encoder's stem and first two stages, its other two, the decoder.</summary>
    public IEnumerable<Parameter>[] Groups => [.. new[] { Encoder.children().Take(6), Encoder.children().Skip(6), layers.Skip(1) }
        .Select(group => group.SelectMany(module => module.parameters()))];

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] down = Activations(Encoder, input, 2, 4, 5, 6, 7); // the last features of each size, from 1/2 to 1/32
        Tensor x = Run(3, Run(2, Run(1, down[4])));
        for (int i = 0; i < 4; i++) x = ((UnetBlock)layers[4 + i]).call((x, down[3 - i])); // cross connections
        return Run(11, Run(10, cat([Run(8, x), input], 1))).MoveToOuterDisposeScope(); // the last one is the input itself
    }

    /// <summary>The outputs of some layers of a network: the cross connections here, the features of the loss below.</summary>
    public static Tensor[] Activations(Sequential network, Tensor x, params int[] layers)
    {
        Tensor[] all = [.. Enumerable.Range(0, layers[^1] + 1).Select(i => x = network[i].call(x))];
        return [.. layers.Select(i => all[i])];
    }

    public static Sequential ConvRelu(int from, int to) => nn.Sequential(new WeightNormConv(from, to, 3), nn.ReLU(inplace: true));

    /// <summary>torchvision's ResNet (He et al. 2016) without its classifier.</summary>
    public static Sequential ResNet(int[] blocks, int c = 64)
    {
        Sequential Stage(int from, int to, int count) => nn.Sequential(Enumerable.Range(0, count)
            .Select(i => (nn.Module<Tensor, Tensor>)(i == 0 ? new BasicBlock(from, to, to / from) : new BasicBlock(to, to, 1))));
        return nn.Sequential(
            nn.Conv2d(3, c, 7, stride: 2, padding: 3, bias: false), nn.BatchNorm2d(c), nn.ReLU(inplace: true), nn.MaxPool2d(3, 2, 1),
            Stage(c, c, blocks[0]), Stage(c, 2 * c, blocks[1]), Stage(2 * c, 4 * c, blocks[2]), Stage(4 * c, 8 * c, blocks[3]));
    }

    private Tensor Run(int layer, Tensor x) => ((nn.Module<Tensor, Tensor>)layers[layer]).call(x);
}

/// <summary>A step up: the features from below at twice the size, the encoder's of that size beside them, two convolutions.</summary>
internal sealed class UnetBlock(int up, int cross, int to) : Layer<(Tensor Up, Tensor Cross)>
{
    private readonly PixelShuffleIcnr shuf = new(up, up / 2, blur: true);
    private readonly BatchNorm2d bn = nn.BatchNorm2d(cross);
    private readonly Sequential conv1 = Unet.ConvRelu((up / 2) + cross, to), conv2 = Unet.ConvRelu(to, to);

    public override Tensor forward((Tensor Up, Tensor Cross) x) =>
        conv2.call(conv1.call(relu(cat([shuf.call(x.Up), bn.call(x.Cross)], 1), inplace: true)));
}

/// <summary>Enlarges by two without a checkerboard: sub-pixel convolution (Shi et al. 2016) whose four sub-pixels start equal (ICNR, Aitken
/// et al. 2017), then an average of 2×2 pixels (blur, Sugawara et al. 2018).</summary>
internal sealed class PixelShuffleIcnr(int from, int to, bool blur) : Layer<Tensor>
{
    private readonly Sequential conv = nn.Sequential(new WeightNormConv(from, to * 4, 1, alike: 4));

    public override Tensor forward(Tensor input)
    {
        Tensor x = pixel_shuffle(relu(conv.call(input), inplace: true), 2);
        return blur ? avg_pool2d(pad(x, [1, 0, 1, 0], PaddingModes.Replicate), 2, 1) : x;
    }
}

/// <summary>A convolution with weight norm (Salimans and Kingma 2016): each kernel is a length g and a direction v.</summary>
internal sealed class WeightNormConv(Tensor start) : Layer<Tensor>
{
    private readonly Parameter bias = new(zeros(start.shape[0])), weight_g = new(Length(start)), weight_v = new(start);

    public WeightNormConv(int from, int to, int kernel, int alike = 1)
        : this(nn.init.kaiming_normal_(empty(to / alike, from, kernel, kernel)).repeat_interleave(alike, 0)) { }

    public override Tensor forward(Tensor x) =>
        conv2d(x, weight_v * (weight_g / Length(weight_v)), bias, padding: [weight_v.shape[2] / 2, weight_v.shape[3] / 2]);

    private static Tensor Length(Tensor weight) => weight.flatten(1).norm(1, keepdim: false, p: 2).view(-1, 1, 1, 1);
}

/// <summary>The ResNet's residual block.</summary>
internal sealed class BasicBlock(int from, int to, int stride) : Layer<Tensor>
{
    private readonly Conv2d conv1 = nn.Conv2d(from, to, 3, stride, 1, bias: false), conv2 = nn.Conv2d(to, to, 3, 1, 1, bias: false);
    private readonly BatchNorm2d bn1 = nn.BatchNorm2d(to), bn2 = nn.BatchNorm2d(to);
    private readonly Sequential? downsample =
        stride == 1 && from == to ? null : nn.Sequential(nn.Conv2d(from, to, 1, stride, bias: false), nn.BatchNorm2d(to));

    public override Tensor forward(Tensor x) => relu(
        bn2.call(conv2.call(relu(bn1.call(conv1.call(x)), inplace: true))) + (downsample is null ? x : downsample.call(x)), inplace: true);
}

/// <summary>fastai's res_block, with weight norm in place of batch norm.</summary>
internal sealed class ResBlock(int channels) : Layer<Tensor>
{
    private readonly Sequential layers = nn.Sequential(Unet.ConvRelu(channels, channels), Unet.ConvRelu(channels, channels));

    public override Tensor forward(Tensor x) => x + layers.call(x);
}

/// <summary>Registers the fields of the classes above as parts of the network: C# sets them before it calls this constructor.</summary>
internal abstract class Layer<T> : nn.Module<T, Tensor>
{
    protected Layer()
        : base("") => RegisterComponents();

    protected sealed override void RegisterComponents() => base.RegisterComponents();
}

// ---- 2. The loss ----

/// <summary>The perceptual loss (Johnson et al. 2016). Pixels alone give blur, the mean of all sharp pictures that are possible; the
/// features of a classifier ask for what is seen, and their gram matrices (Gatys et al. 2015) for its texture.</summary>
internal sealed class FeatureLoss(Sequential network, int[] layers, double[] weights, double gramFactor)
{
    private readonly Sequential _network = Frozen(network); // the convolutions of any pretrained classifier

    /// <summary>The L1 distances of pixels, of features times w, of grams times w²·factor; the loss is their sum.</summary>
    public Tensor[] Terms(Tensor prediction, Tensor target)
    {
        Tensor[] expected = Unet.Activations(_network, target, layers), actual = Unet.Activations(_network, prediction, layers);
        Tensor Sum(Func<Tensor, Tensor, double, Tensor> term) =>
            weights.Select((w, i) => term(actual[i], expected[i], w)).Aggregate((sum, next) => sum + next);
        return [l1_loss(prediction, target), Sum((x, y, w) => l1_loss(x, y) * w),
            Sum((x, y, w) => l1_loss(Gram(x), Gram(y)) * (w * w * gramFactor))];
    }

    /// <summary>Which channels are strong together, wherever that is: N×C×C.</summary>
    private static Tensor Gram(Tensor x) => x.flatten(2).matmul(x.flatten(2).transpose(1, 2)) / (x.shape[1] * x.shape[2] * x.shape[3]);

    /// <summary>The article's: the ReLUs before the last three max pools of torchvision's vgg16_bn (Simonyan and Zisserman 2015).</summary>
    public static FeatureLoss Course(Sequential vgg) => new(vgg, [22, 32, 42], [5, 15, 2], 5e3);

    private static Sequential Frozen(Sequential network)
    {
        network.eval();
        foreach (Parameter weight in network.parameters()) weight.requires_grad = false;
        return network;
    }
}

// ---- 3. The training ----

/// <summary>One cycle at one crop size, with learning rates for the encoder's first layers and for the decoder.</summary>
internal sealed record Stage(int Size, int Batch, bool Frozen, double EncoderRate, double DecoderRate);

internal static class Article
{
    // Progressive resizing: small crops first, which are cheap, then larger ones with the same weights. The encoder is frozen until the
    // decoder, random at first, has learnt to use it; then all layers learn, slowly. The article continues to 512 px, ten epochs a stage.
    private static readonly Stage[] Stages =
    [
        new(64, 8, Frozen: true, 1e-2, 1e-2), new(128, 2, Frozen: true, 2e-2, 2e-2), new(256, 1, Frozen: true, 3e-3, 1e-3),
        new(256, 1, Frozen: false, 1e-6, 1e-4), // fastai's slice: the first layers see edges and colours, where there is little to learn
    ];

    public static void Main(string[] args)
    {
        string Option(string name, string standard) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault(standard);
        string path = Option("--out", "article.png");
        SuperRes.Lab.Native.NativeRuntime.Initialize(); // works around a bug of torch's convolutions on some virtual machines
        random.manual_seed(0);

        // ResNet-18 comes with the build, for encoder and loss. The article has a ResNet-34 as encoder, and FeatureLoss.Course of
        // vgg16_bn; "superres weights fetch resnet34 vgg16_bn" gets their weights.
        IReadOnlyDictionary<string, Tensor> weights = PretrainedWeights.Load("resnet18");
        int[] blocks = [.. Enumerable.Range(1, 4).Select(stage => weights.Keys.Count(key =>
            key.StartsWith($"layer{stage}.") && key.EndsWith(".conv1.weight")))];
        using var unet = new Unet(blocks);
        using Sequential classifier = Unet.ResNet(blocks);
        foreach (Sequential resNet in new[] { unet.Encoder, classifier }) Load(weights, resNet);
        var loss = new FeatureLoss(classifier, layers: [2, 4, 5], weights: [1, 1, 1], gramFactor: 50);
        Tensor[] photos = [.. ImageCodec.ListImages(Option("--photos", "data/samples")).Select(file => ImageCodec.Read(file).ToTensor())];
        foreach (Stage stage in Stages)
            Train(unet, loss, photos[1..], stage, int.Parse(Option("--steps", "100")), new Random(stage.Size), Console.WriteLine);

        Tensor target = photos[0].narrow(2, 0, 256).narrow(3, 96, 256), input = Degrade(target), prediction = Predict(unet, input);
        double Psnr(Tensor picture) => -10 * Math.Log10(mse_loss(picture, target).item<float>());
        Console.WriteLine($"{path}: a photo it never saw: input ({Psnr(input):0.00} dB), prediction ({Psnr(prediction):0.00} dB), target");
        ImageCodec.Write(RgbImage.FromTensor(cat([input, prediction, target], 3)), path);
    }

    /// <summary>Trains one stage and returns the loss of each step.</summary>
    public static List<float> Train(
        Unet unet, FeatureLoss loss, Tensor[] photos, Stage stage, int steps, Random draw, Action<string> log)
    {
        unet.train();
        foreach (Parameter weight in unet.Encoder.modules().OfType<Conv2d>().SelectMany(conv => conv.parameters()))
            weight.requires_grad = !stage.Frozen; // batch norms still learn, as in fastai: these are other pictures than ImageNet's
        using AdamW optimizer = optim.AdamW(
            unet.Groups.Select(group => new AdamW.ParamGroup(group.Where(weight => weight.requires_grad))), weight_decay: 1e-3);
        double[] peaks = [stage.EncoderRate, Math.Sqrt(stage.EncoderRate * stage.DecoderRate), stage.DecoderRate];
        var losses = new List<float>();
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach ((optim.ILearningRateController group, double peak) in optimizer.ParamGroups.Zip(peaks))
            {
                (group.LearningRate, double momentum) = OneCycle(peak, step, steps);
                ((optim.IBetas)group).Betas = (momentum, 0.99);
            }

            Tensor target = cat([.. draw.GetItems(photos, stage.Batch).Select(photo => Crop(photo, stage.Size, draw))]);
            float[] terms = Step(unet, loss, optimizer, Degrade(target), target);
            losses.Add(terms.Sum());
            string parts = string.Join(" + ", terms.Select(term => $"{term:0.00}"));
            if ((step + 1) % 10 == 0) log($"{stage.Size} px, step {step + 1}: pixels + features + grams = {parts} = {losses[^1]:0.00}");
        }

        return losses;
    }

    /// <summary>The training step: forward, loss, backward, step. Returns the loss's terms.</summary>
    public static float[] Step(Unet unet, FeatureLoss loss, optim.Optimizer optimizer, Tensor input, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor[] terms = loss.Terms(unet.call(Normalize(input)), Normalize(target));
        (terms[0] + terms[1] + terms[2]).backward();
        optimizer.step();
        return stack(terms).detach().data<float>().ToArray();
    }

    /// <summary>One cycle (Smith 2018; fastai): the rate rises and falls along half cosines, the momentum falls and rises.</summary>
    public static (double Rate, double Momentum) OneCycle(double peak, int step, int steps)
    {
        static double Cosine(double from, double to, double share) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));
        int rising = Math.Max(1, (int)(0.3 * steps)); // even a short training starts at a low rate
        double up = step / (double)rising, down = (step - rising) / (double)(steps - rising);
        return step < rising ? (Cosine(peak / 25, peak, up), Cosine(0.95, 0.85, up))
            : (Cosine(peak, peak / 25e4, down), Cosine(0.85, 0.95, down));
    }

    /// <summary>Part of a photo, mirrored half of the time.</summary>
    private static Tensor Crop(Tensor photo, int size, Random draw)
    {
        int top = draw.Next((int)photo.shape[2] - size + 1), left = draw.Next((int)photo.shape[3] - size + 1);
        Tensor crop = photo.narrow(2, top, size).narrow(3, left, size);
        return draw.Next(2) == 0 ? crop : crop.flip(3);
    }

    /// <summary>What the network learns to undo: half the size and back, both bilinearly.</summary>
    public static Tensor Degrade(Tensor photo) => new[] { 0.5, 2 }.Aggregate(photo, (x, factor) =>
        interpolate(x, scale_factor: [factor, factor], mode: InterpolationMode.Bilinear, align_corners: false));

    /// <summary>Pictures in 0–1 to pictures in 0–1.</summary>
    public static Tensor Predict(Unet unet, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        unet.eval();
        return ((unet.call(Normalize(input)) * Std) + Mean).clamp(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>As networks that were trained on ImageNet expect: less the mean of its photos, over their standard deviation.</summary>
    public static Tensor Normalize(Tensor images) => (images - Mean) / Std;

    private static Tensor Mean => tensor([0.485f, 0.456f, 0.406f], [1, 3, 1, 1]);

    private static Tensor Std => tensor([0.229f, 0.224f, 0.225f], [1, 3, 1, 1]);

    /// <summary>Gives a ResNet pretrained weights, each layer those of its name.</summary>
    private static void Load(IReadOnlyDictionary<string, Tensor> weights, Sequential resNet)
    {
        string[] layers = ["conv1.", "bn1.", "relu.", "maxpool.", "layer1.", "layer2.", "layer3.", "layer4."];
        foreach ((nn.Module layer, string prefix) in resNet.children().Zip(layers))
            layer.load_state_dict(weights.Where(w => w.Key.StartsWith(prefix)).ToDictionary(w => w.Key[prefix.Length..], w => w.Value));
    }
}
