using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using ExperimentRunner.Engine.Regularizers;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>Every name that Keras 3.15 reads, by its own lists, and those of tf.keras 2.15 that it dropped.</summary>
public class EveryNameOfKeras
{
    [Theory]
    [InlineData(typeof(Activation), "relu leaky_relu relu6 softmax celu elu selu softplus softsign squareplus soft_shrink sparse_plus silu swish gelu glu tanh tanh_shrink threshold sigmoid sparse_sigmoid exponential hard_sigmoid hard_silu hard_swish hard_tanh hard_shrink linear mish log_softmax log_sigmoid sparsemax")]
    [InlineData(typeof(Initializer), "Constant constant Identity identity IdentityInitializer Ones ones one STFT stft STFTInitializer Zeros zeros zero GlorotNormal glorot_normal GlorotUniform glorot_uniform HeNormal he_normal HeUniform he_uniform LecunNormal lecun_normal LecunUniform lecun_uniform Orthogonal orthogonal OrthogonalInitializer RandomNormal random_normal normal RandomUniform random_uniform uniform TruncatedNormal truncated_normal VarianceScaling variance_scaling")]
    [InlineData(typeof(Regularizer), "L1 l1 L2 l2 L1L2 l1l2 l1_l2 OrthogonalRegularizer orthogonal_regularizer")]
    [InlineData(typeof(Constraint), "MaxNorm max_norm MinMaxNorm min_max_norm NonNeg non_neg UnitNorm unit_norm")]
    [InlineData(typeof(Loss), "KLDivergence Poisson BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy SparseCategoricalCrossentropy MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError CosineSimilarity LogCosh Huber Hinge SquaredHinge CategoricalHinge Dice Tversky Circle CTC kl_divergence poisson binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy categorical_generalized_cross_entropy sparse_categorical_crossentropy mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error cosine_similarity log_cosh huber hinge squared_hinge categorical_hinge dice tversky circle ctc bce BCE kld KLD mae MAE mse MSE mape MAPE msle MSLE logcosh huber_loss kullback_leibler_divergence cosine_proximity")]
    [InlineData(typeof(Metric), "Mean Sum MeanMetricWrapper mean_metric_wrapper MeanSquaredError RootMeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError CosineSimilarity LogCoshError R2Score AUC FalseNegatives FalsePositives Precision PrecisionAtRecall Recall RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity TrueNegatives TruePositives ConcordanceCorrelation PearsonCorrelation Hinge SquaredHinge CategoricalHinge KLDivergence Poisson BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy SparseTopKCategoricalAccuracy F1Score FBetaScore IoU BinaryIoU MeanIoU OneHotIoU OneHotMeanIoU mean sum mean_squared_error root_mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error cosine_similarity log_cosh_error r2_score auc false_negatives false_positives precision precision_at_recall recall recall_at_precision sensitivity_at_specificity specificity_at_sensitivity true_negatives true_positives concordance_correlation pearson_correlation hinge squared_hinge categorical_hinge kl_divergence poisson binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy accuracy binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy sparse_top_k_categorical_accuracy f1_score f_beta_score fbeta_score io_u binary_io_u mean_io_u one_hot_io_u one_hot_mean_io_u bce BCE mse MSE mae MAE mape MAPE msle MSLE logcosh kld KLD kullback_leibler_divergence cosine_proximity acc")]
    [InlineData(typeof(Optimizer), "Adam SGD RMSprop Adadelta AdamW Adagrad Adamax Adafactor Muon Nadam Ftrl Lion Lamb LossScaleOptimizer ScheduleFreeAdamW adam sgd rmsprop adadelta adamw adagrad adamax adafactor muon nadam ftrl lion lamb lossscaleoptimizer schedulefreeadamw")]
    [InlineData(typeof(LearningRateSchedule), "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay")]
    [InlineData(typeof(Layer), "Conv1D Convolution1D Conv1DTranspose Convolution1DTranspose Conv2D Convolution2D Conv2DTranspose Convolution2DTranspose Conv3D Convolution3D Conv3DTranspose Convolution3DTranspose DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConvolution1D SeparableConv2D SeparableConvolution2D LocallyConnected1D LocallyConnected2D MaxPooling1D MaxPool1D GlobalMaxPooling1D GlobalMaxPool1D AdaptiveMaxPooling1D AveragePooling1D AvgPool1D GlobalAveragePooling1D GlobalAvgPool1D AdaptiveAveragePooling1D UpSampling1D ZeroPadding1D Cropping1D MaxPooling2D MaxPool2D GlobalMaxPooling2D GlobalMaxPool2D AdaptiveMaxPooling2D AveragePooling2D AvgPool2D GlobalAveragePooling2D GlobalAvgPool2D AdaptiveAveragePooling2D UpSampling2D ZeroPadding2D Cropping2D MaxPooling3D MaxPool3D GlobalMaxPooling3D GlobalMaxPool3D AdaptiveMaxPooling3D AveragePooling3D AvgPool3D GlobalAveragePooling3D GlobalAvgPool3D AdaptiveAveragePooling3D UpSampling3D ZeroPadding3D Cropping3D")]
    [InlineData(typeof(Layer), "CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup StringLookup TextVectorization Normalization Rescaling Pipeline MelSpectrogram STFTSpectrogram")]
    public void IsInTheCatalog(Type kind, string names)
    {
        var missing = names.Split(' ').Where(name => Catalog.Find(kind, name) is null);

        Assert.Empty(missing);
    }
}
