using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Cli.Reference;

/// <summary>What <see cref="ReferenceForward"/> runs.</summary>
internal sealed record ReferenceForwardOptions
{
    /// <summary>The U-Net. Default ResNet-34, weight norm, blur.</summary>
    public UnetOptions Model { get; init; } = new();

    /// <summary>Height in pixels, 1 or more. Default 64.</summary>
    public int Height { get; init; } = 64;

    /// <summary>Width in pixels, 1 or more. Default 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Images, 1 or more. Default 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Training mode, in which batch norm uses the batch's statistics, rather than evaluation mode. Default false.</summary>
    public bool Training { get; init; }

    /// <summary>How many values of the output are listed, 1 or more. Default 200.</summary>
    public int Samples { get; init; } = 200;

    /// <summary>What convolutions compute in, float32 or bfloat16. Default float32.</summary>
    public ScalarType ComputeType { get; init; } = ScalarType.Float32;

    /// <summary>Where it runs; null for the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public void Validate()
    {
        Model.Validate();
        if (Height < 1 || Width < 1)
        {
            throw new InputException($"The size is {Height}x{Width}; use a height and a width of 1 or more.");
        }

        if (Batch < 1)
        {
            throw new InputException($"The batch is {Batch}; use 1 or more.");
        }

        long values = (long)Batch * Model.OutChannels * Height * Width;
        if (values > 1 << 28)
        {
            throw new InputException($"{Batch} images of {Height}x{Width} have {values} values; use fewer or smaller ones ({1 << 28} "
                + $"values at the most).");
        }

        if (Samples < 1 || Samples > values)
        {
            throw new InputException($"{Samples} samples are asked for; use a number from 1 to {values}, the values of the output.");
        }

        if (ComputeType is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            throw new InputException($"The data type is {ComputeType}; use float32 or bfloat16.");
        }

        if (Training)
        {
            BatchNormCheck.Require(Model, Batch, Height, Width, "Training mode");
        }
    }
}

/// <summary>The output of a reference run.</summary>
/// <param name="Shape">N, channels, height, width.</param>
/// <param name="Mean">Mean of all values.</param>
/// <param name="Std">Their standard deviation, unbiased.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
/// <param name="Stride">Distance of the listed values in row-major order.</param>
/// <param name="Values">The values at flat indices 0, stride, 2·stride, ….</param>
internal sealed record ReferenceOutput(
    IReadOnlyList<long> Shape, double Mean, double Std, double Min, double Max, long Stride, IReadOnlyList<float> Values);

/// <summary>
/// One pass of a U-Net whose weights and input follow from formulas (<see cref="ReferenceValues"/>), to hold an installation, a device or a
/// data
/// type against fastai.
/// </summary>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="Output">What came out.</param>
internal sealed record ReferenceForward(long Parameters, ReferenceOutput Output)
{
    /// <summary>Runs the network on the normalised sine images 0, 1, ….</summary>
    /// <param name="options">What to run; null for the defaults.</param>
    /// <returns>Statistics and samples of the output.</returns>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public static ReferenceForward Run(ReferenceForwardOptions? options = null)
    {
        options ??= new ReferenceForwardOptions();
        options.Validate();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        using var unet = new DynamicUnet(options.Model);
        ReferenceValues.Fill(unet, Naming(options.Height, options.Width));
        Device device = options.Device ?? CPU;
        unet.to(device);
        unet.train(options.Training);
        unet.ComputeType = options.ComputeType;
        Tensor images = ReferenceValues.Waves([.. Enumerable.Range(0, options.Batch)], options.Height, options.Width);
        Tensor output = unet.call(ImageNet.Normalize(images.to(device))).cpu();
        return new ReferenceForward(unet.parameters().Sum(parameter => parameter.numel()), Describe(output, options.Samples));
    }

    /// <summary>The result as JSON: parameters and output {shape, mean, std, min, max, stride, values}.</summary>
    /// <returns>Indented JSON; values that are not finite are written "nan", "inf" and "-inf".</returns>
    public string ToJson() => JsonSerializer.Serialize(this, ReferenceJson.Options);

    /// <summary>
    /// fastai builds a network for the size that it runs at. For an odd one it inserts a layer 9, a resize to the nearest pixel, and the
    /// names from
    /// there on, which the weights follow from, count one more.
    /// </summary>
    internal static Func<string, string>? Naming(int height, int width) => height % 2 == 0 && width % 2 == 0
        ? null
        : name =>
        {
            string[] parts = name.Split('.');
            int layer = int.Parse(parts[1], CultureInfo.InvariantCulture);
            parts[1] = (layer < 9 ? layer : layer + 1).ToString(CultureInfo.InvariantCulture);
            return string.Join('.', parts);
        };

    private static ReferenceOutput Describe(Tensor output, int samples)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = output.contiguous().flatten();
        long stride = flat.numel() / samples;
        float[] values = flat.slice(0, 0, stride * samples, stride).contiguous().data<float>().ToArray();
        Tensor exact = flat.to(float64);
        return new ReferenceOutput(
            output.shape, exact.mean().item<double>(), exact.std().item<double>(), exact.min().item<double>(), exact.max().item<double>(),
                stride, values);
    }
}

/// <summary>How reference values are written.</summary>
internal static class ReferenceJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new FiniteOrName<double>(), new FiniteOrName<float>() },
    };

    /// <summary>JSON has no number for NaN and the infinities.</summary>
    private sealed class FiniteOrName<T> : JsonConverter<T>
        where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number
            ? T.Parse(reader.ValueSpan, CultureInfo.InvariantCulture)
            : reader.GetString() switch
            {
                "nan" => T.NaN,
                "inf" => T.PositiveInfinity,
                "-inf" => T.NegativeInfinity,
                _ => throw new JsonException("A number, \"nan\", \"inf\" or \"-inf\" is expected"),
            };

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (T.IsFinite(value))
            {
                writer.WriteRawValue(value.ToString("R", CultureInfo.InvariantCulture), skipInputValidation: false);
            }
            else
            {
                writer.WriteStringValue(T.IsNaN(value) ? "nan" : T.IsPositive(value) ? "inf" : "-inf");
            }
        }
    }
}
