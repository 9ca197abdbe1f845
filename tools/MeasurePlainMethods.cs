// Measures what people have without a network, OpenCV's inpainting and filters, on sets of photos, beside the models of "superres results":
// docs/results/plain.SET.x1.json. Afterwards "superres results --page" writes the page.
//
//     dotnet run tools/MeasurePlainMethods.cs set14/ data/samples/
#:project ../src/SuperRes.Lab.Course
#:package OpenCvSharp4
#:package OpenCvSharp4.official.runtime.linux-x64
#:property PublishAot=false
#:property NoWarn=CS1591;MA0047
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenCvSharp;
using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Native;

NativeRuntime.Initialize();
string results = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "docs", "results"));
EvaluatedModel[] methods =
[
    new("Telea, true mask", image => image) { Fill = (image, mask) => Inpainted(image, mask, InpaintTypes.Telea) },
    new("Navier–Stokes, true mask", image => image) { Fill = (image, mask) => Inpainted(image, mask, InpaintTypes.NS) },
    new("median 5×5", image => Filtered(image, (x, y) => Cv2.MedianBlur(x, y, 5))),
    new("bilateral", image => Filtered(image, (x, y) => Cv2.BilateralFilter(x, y, 9, 50, 5))),
    new("non-local means", image => Filtered(image, (x, y) => Cv2.FastNlMeansDenoisingColored(x, y, 6, 6))),
];
string[] marks = ["holes", "jpeg85+text", "scratches", "dust", "folds", "watermark"], others = ["jpeg20", "noise25"];
using Lpips lpips = Lpips.Load(network: "alex");
foreach (ResultsSet set in args.SelectMany(ResultsSet.Find))
{
    var options = new EvaluationOptions { HighResolution = set.HighResolution, Scale = 1, Extended = true, Lpips = lpips.Distance };
    EvaluationReport masked = Evaluator.Sweep(options, [.. marks.Select(Degradation.Parse)], methods);
    EvaluationReport whole = Evaluator.Sweep(options, [.. others.Select(Degradation.Parse)], methods[2..]);
    string file = Path.Combine(results, $"plain.{set.Name}.x1.json");
    AtomicFile.WriteAllText(file, new EvaluationReport([.. masked.Models, .. whole.Models]).ToJson());
    Console.WriteLine($"Wrote {file}.");
}

static RgbImage Inpainted(RgbImage image, bool[] mask, InpaintTypes method)
{
    byte[] white = Array.ConvertAll(mask, masked => masked ? byte.MaxValue : (byte)0);
    using Mat marked = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC1, white);
    return Filtered(image, (input, output) => Cv2.Inpaint(input, marked, output, 3, method));
}

// OpenCV's order of channels is blue, green, red.
static RgbImage Filtered(RgbImage image, Action<Mat, Mat> filter)
{
    using Mat rgb = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC3, image.Pixels);
    using Mat input = new(), output = new(), back = new();
    Cv2.CvtColor(rgb, input, ColorConversionCodes.RGB2BGR);
    filter(input, output);
    Cv2.CvtColor(output, back, ColorConversionCodes.BGR2RGB);
    var pixels = new byte[image.Pixels.Length];
    Marshal.Copy(back.Data, pixels, 0, pixels.Length);
    return new(image.Width, image.Height, pixels);
}

static string ThisFile([CallerFilePath] string path = "") => path;
