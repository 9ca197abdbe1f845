#:project ../src/SuperRes.Lab
#:property PublishAot=false
// C. Thomas, "Deep learning based super resolution, without using a GAN" (2019), on two pages of TorchSharp, after fastai's lesson 7:
//     dotnet run examples/Article.cs -- --epochs 3 --steps 10 --photos data/samples --out article.png
// A U-Net on an ImageNet encoder gets photos that were halved and enlarged again, and learns to return the sharp ones. No second network
// judges it: the loss compares what an ImageNet classifier sees in both. The library reads images and finds pretrained weights, no more.
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SuperRes.Examples;

// ---- 1. The model: fastai's unet_learner, with fastai's and torchvision's names in the state dict ----

/// <summary>A U-Net (Ronneberger et al. 2015) whose way down is a ResNet; the pictures' sides are multiples of 32.</summary>
internal sealed class Unet(int[] blocks, int c = 64) : Layer<Tensor>
{
    private readonly ModuleList<nn.Module> layers = nn.ModuleList<nn.Module>(
        ResNet(blocks, c), // 3, 4, 6, 3 blocks are ResNet-34
        nn.BatchNorm2d(8 * c),
        nn.ReLU(),
        nn.Sequential(ConvRelu(8 * c, 16 * c), ConvRelu(16 * c, 8 * c)),
        new UnetBlock(8 * c, 4 * c, 8 * c),
        new UnetBlock(8 * c, 2 * c, 6 * c),
        new UnetBlock(6 * c, c, 4 * c),
        new UnetBlock(4 * c, c, c * 3 / 2),
        new PixelShuffleIcnr(c * 3 / 2, c * 3 / 2, blur: false),
        nn.Identity(),
        new ResBlock((c * 3 / 2) + 3),
        nn.Sequential(new WeightNormConv((c * 3 / 2) + 3, 3, 1)));

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
        x = cat([Run(8, x), input], 1); // the last cross: the input itself
        return Run(11, Run(10, x)).MoveToOuterDisposeScope();
    }

    /// <summary>What some layers of a network give: the cross connections here, the features of the loss below.</summary>
    public static Tensor[] Activations(Sequential network, Tensor x, params int[] layers)
    {
        var kept = new List<Tensor>();
        for (int i = 0; i <= layers[^1]; i++)
        {
            x = network[i].call(x);
            if (layers.Contains(i)) kept.Add(x);
        }

        return [.. kept];
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

/// <summary>Enlarges by two without a checkerboard: sub-pixel convolution (Shi et al. 2016) whose four sub-pixels begin alike (ICNR, Aitken
/// et al. 2017), and an average of 2×2 pixels (blur, Sugawara et al. 2018).</summary>
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
        : this(nn.init.kaiming_normal_(empty(to / alike, from, kernel, kernel)).repeat_interleave(alike, 0))
    {
    }

    public override Tensor forward(Tensor x) =>
        conv2d(x, weight_v * (weight_g / Length(weight_v)), bias, padding: [weight_v.shape[2] / 2, weight_v.shape[3] / 2]);

    private static Tensor Length(Tensor weight) => weight.flatten(1).norm(1, keepdim: false, p: 2).view(-1, 1, 1, 1);
}

/// <summary>The ResNet's residual block.</summary>
internal sealed class BasicBlock(int from, int to, int stride) : Layer<Tensor>
{
    private readonly Conv2d conv1 = nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false);
    private readonly BatchNorm2d bn1 = nn.BatchNorm2d(to);
    private readonly Conv2d conv2 = nn.Conv2d(to, to, 3, padding: 1, bias: false);
    private readonly BatchNorm2d bn2 = nn.BatchNorm2d(to);
    private readonly Sequential? downsample =
        stride == 1 && from == to ? null : nn.Sequential(nn.Conv2d(from, to, 1, stride: stride, bias: false), nn.BatchNorm2d(to));

    public override Tensor forward(Tensor x) => relu(
        bn2.call(conv2.call(relu(bn1.call(conv1.call(x)), inplace: true))) + (downsample is null ? x : downsample.call(x)), inplace: true);
}

/// <summary>fastai's res_block, with weight norm in place of batch norm.</summary>
internal sealed class ResBlock(int channels) : Layer<Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers =
        nn.ModuleList<nn.Module<Tensor, Tensor>>(Unet.ConvRelu(channels, channels), Unet.ConvRelu(channels, channels));

    public override Tensor forward(Tensor x) => x + layers[1].call(layers[0].call(x));
}

/// <summary>Registers the fields of the classes above as parts of the network: C# sets them before it calls this constructor.</summary>
internal abstract class Layer<T> : nn.Module<T, Tensor>
{
    protected Layer()
        : base("") => RegisterComponents();

    protected sealed override void RegisterComponents() => base.RegisterComponents();
}

// ---- 2. The loss ----

/// <summary>The perceptual loss (Johnson et al. 2016). Pixels alone give blur, the mean of all sharp pictures that could be meant; the
/// features of a classifier ask for what is seen, and their gram matrices (Gatys et al. 2015) for its texture.</summary>
internal sealed class FeatureLoss(Sequential network, int[] layers, double[] weights, double gramFactor)
{
    private readonly Sequential _network = Frozen(network); // any pretrained classifier will do

    /// <summary>The distances (L1) of pixels, of features times w, of grams times w²·factor; the loss is their sum.</summary>
    public Tensor[] Terms(Tensor prediction, Tensor target)
    {
        Tensor[] expected = Unet.Activations(_network, target, layers), actual = Unet.Activations(_network, prediction, layers);
        Tensor Sum(Func<Tensor, Tensor, double, Tensor> term) =>
            weights.Select((w, i) => term(actual[i], expected[i], w)).Aggregate((sum, next) => sum + next);
        return
        [
            l1_loss(prediction, target),
            Sum((x, y, w) => l1_loss(x, y) * w),
            Sum((x, y, w) => l1_loss(Gram(x), Gram(y)) * (w * w * gramFactor)),
        ];
    }

    /// <summary>Which channels are strong together, wherever that is: N×C×C.</summary>
    private static Tensor Gram(Tensor x) => x.flatten(2).matmul(x.flatten(2).transpose(1, 2)) / (x.shape[1] * x.shape[2] * x.shape[3]);

    /// <summary>The course's: torchvision's vgg16_bn (Simonyan and Zisserman 2015), the ReLUs before its last three max pools.</summary>
    public static FeatureLoss Course(Sequential vgg) => new(vgg, [22, 32, 42], [5, 15, 2], 5e3);

    public static Sequential Vgg16()
    {
        int from = 3;
        int[] widths = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512]; // 0: a max pool
        nn.Module<Tensor, Tensor>[] Conv(int to) => [nn.Conv2d(from, from = to, 3, padding: 1), nn.BatchNorm2d(to), nn.ReLU(inplace: true)];
        Sequential vgg = nn.Sequential(widths.SelectMany(width => width == 0 ? [nn.MaxPool2d(2)] : Conv(width)));
        foreach (Conv2d conv in vgg.children().OfType<Conv2d>()) nn.init.kaiming_normal_(conv.weight!, mode: nn.init.FanInOut.FanOut);
        return vgg;
    }

    private static Sequential Frozen(Sequential network)
    {
        network.eval();
        foreach (Parameter weight in network.parameters()) weight.requires_grad = false;
        return network;
    }
}

// ---- 3. The training ----

/// <summary>One cycle at one crop size, with rates for the encoder's beginning and for the decoder.</summary>
internal sealed record Stage(int Size, int Batch, bool Frozen, double EncoderRate, double DecoderRate);

internal static class Article
{
    // Progressive resizing: small crops first, which are cheap, then larger ones with the same weights. The encoder is frozen until the
    // decoder, random at first, has learnt to use it; then all layers learn, slowly. The article went on to 512 px, ten epochs a stage.
    public static readonly Stage[] Stages =
    [
        new(64, 8, Frozen: true, 1e-2, 1e-2),
        new(128, 2, Frozen: true, 2e-2, 2e-2),
        new(256, 1, Frozen: true, 3e-3, 1e-3),
        new(256, 1, Frozen: false, 1e-6, 1e-4), // fastai's slice: the first layers see edges and colours, in which there is little to learn
    ];

    public static void Main(string[] args)
    {
        string Option(string name, string standard) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault(standard);
        (int epochs, int steps) = (int.Parse(Option("--epochs", "3")), int.Parse(Option("--steps", "10")));
        (string folder, string path) = (Option("--photos", "data/samples"), Option("--out", "article.png"));
        // On some virtual machines oneDNN convolves wrongly until the library has told it about the processor's caches.
        SuperRes.Lab.Native.NativeRuntime.Initialize();
        Device device = cuda.is_available() ? CUDA : CPU;
        random.manual_seed(0);
        var draw = new Random(0);

        // The article's networks where their weights are there (superres weights fetch), else a ResNet-18 for both.
        bool IsThere(string name) => PretrainedWeights.TryFind(name) is not null;
        string? body = Array.Find(["resnet34", "resnet18"], IsThere), eyes = Array.Find(["vgg16_bn", "resnet18"], IsThere);
        using var unet = new Unet(Blocks(body));
        using Sequential seen = eyes == "resnet18" ? Unet.ResNet(Blocks(eyes)) : FeatureLoss.Vgg16();
        Load(body, unet.Encoder);
        Load(eyes, seen);
        Console.WriteLine($"Encoder: {body ?? "resnet34, RANDOM weights"}. Features of the loss: {eyes ?? "vgg16_bn, RANDOM weights"}.");
        FeatureLoss loss = eyes == "resnet18" ? new(seen, [2, 4, 5], [1, 1, 1], 50) : FeatureLoss.Course(seen);
        (_, _) = (unet.to(device), seen.to(device));
        Tensor[] photos = [.. ImageCodec.ListImages(folder).Select(file => ImageCodec.Read(file).ToTensor().to(device))];
        // The frozen stages protect pretrained weights: random ones learn from the beginning.
        foreach (Stage stage in Stages.Select(stage => stage with { Frozen = stage.Frozen && body is not null }))
            Train(unet, loss, photos[1..], stage, epochs, steps, draw, Console.WriteLine);

        Tensor target = photos[0].narrow(2, 0, 256).narrow(3, 96, 256), input = Degrade(target), prediction = Predict(unet, input);
        double Psnr(Tensor picture) => -10 * Math.Log10(mse_loss(picture, target).item<float>());
        Console.WriteLine($"{path}: a photo it never saw: input ({Psnr(input):0.00} dB), prediction ({Psnr(prediction):0.00} dB), target");
        ImageCodec.Write(RgbImage.FromTensor(cat([input, prediction, target], 3)), path);
    }

    /// <summary>Trains one stage and returns the loss of each step.</summary>
    public static List<float> Train(
        Unet unet, FeatureLoss loss, Tensor[] photos, Stage stage, int epochs, int steps, Random draw, Action<string> log)
    {
        unet.train();
        foreach (Parameter weight in unet.Encoder.modules().OfType<Conv2d>().SelectMany(conv => conv.parameters()))
            weight.requires_grad = !stage.Frozen; // batch norms go on learning, as in fastai: these are other pictures than ImageNet's
        var groups = unet.Groups.Select(group => new AdamW.ParamGroup(group.Where(weight => weight.requires_grad)));
        using AdamW optimizer = optim.AdamW(groups, weight_decay: 1e-3);
        double[] peaks = [stage.EncoderRate, Math.Sqrt(stage.EncoderRate * stage.DecoderRate), stage.DecoderRate];
        var losses = new List<float>();
        for (int step = 0; step < epochs * steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach ((optim.ILearningRateController group, double peak) in optimizer.ParamGroups.Zip(peaks))
            {
                (group.LearningRate, double momentum) = OneCycle(peak, step, epochs * steps);
                ((optim.IBetas)group).Betas = (momentum, 0.99);
            }

            Tensor target = cat([.. draw.GetItems(photos, stage.Batch).Select(photo => Crop(photo, stage.Size, draw))]);
            float[] terms = Step(unet, loss, optimizer, Degrade(target), target);
            losses.Add(terms.Sum());
            string parts = $"(last step: pixels {terms[0]:0.000}, features {terms[1]:0.000}, grams {terms[2]:0.000})";
            if ((step + 1) % steps == 0)
                log($"{stage.Size} px, epoch {(step + 1) / steps}: loss {losses.TakeLast(steps).Average():0.000} {parts}");
        }

        return losses;
    }

    /// <summary>The training step. Returns the loss's terms.</summary>
    public static float[] Step(Unet unet, FeatureLoss loss, optim.Optimizer optimizer, Tensor input, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor[] terms = loss.Terms(unet.call(Normalize(input)), Normalize(target));
        Tensor total = terms[0] + terms[1] + terms[2];
        total.backward();
        optimizer.step();
        return stack(terms).detach().cpu().data<float>().ToArray();
    }

    /// <summary>One cycle (Smith 2018; fastai): the rate rises and falls along half cosines, the momentum falls and rises.</summary>
    public static (double Rate, double Momentum) OneCycle(double peak, int step, int steps)
    {
        static double Cosine(double from, double to, double share) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));
        int rising = (int)(0.3 * steps);
        double up = step / (double)rising, down = (step - rising) / (double)(steps - rising);
        return step < rising
            ? (Cosine(peak / 25, peak, up), Cosine(0.95, 0.85, up))
            : (Cosine(peak, peak / 25e4, down), Cosine(0.85, 0.95, down));
    }

    /// <summary>Part of a photo, mirrored half of the time.</summary>
    public static Tensor Crop(Tensor photo, int size, Random draw)
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
        return ((unet.call(Normalize(input)) * Std(input)) + Mean(input)).clamp(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>As networks that were trained on ImageNet expect.</summary>
    public static Tensor Normalize(Tensor images) => (images - Mean(images)) / Std(images);

    private static Tensor Mean(Tensor like) => tensor([0.485f, 0.456f, 0.406f], [1, 3, 1, 1], device: like.device);

    private static Tensor Std(Tensor like) => tensor([0.229f, 0.224f, 0.225f], [1, 3, 1, 1], device: like.device);

    /// <summary>Counts the blocks of the four stages of a ResNet.</summary>
    private static int[] Blocks(string? name) => name is null ? [3, 4, 6, 3] : [.. Enumerable.Range(1, 4).Select(stage =>
        PretrainedWeights.Load(name).Keys.Count(key => key.StartsWith($"layer{stage}.") && key.EndsWith(".conv1.weight")))];

    /// <summary>Gives a network the pretrained weights of that name, each layer those behind its prefix in torchvision's names.</summary>
    private static void Load(string? name, Sequential network)
    {
        if (name is null) return;
        IReadOnlyDictionary<string, Tensor> weights = PretrainedWeights.Load(name);
        string[] resNet = ["conv1.", "bn1.", "relu.", "maxpool.", "layer1.", "layer2.", "layer3.", "layer4."];
        foreach ((int i, nn.Module layer) in network.children().Index())
        {
            string prefix = name.StartsWith("vgg") ? $"features.{i}." : resNet[i];
            layer.load_state_dict(weights.Where(w => w.Key.StartsWith(prefix)).ToDictionary(w => w.Key[prefix.Length..], w => w.Value));
        }
    }
}
